import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'

/** A connection with the JetStream clients on it. */
export type JetStream = { nc: NatsConnection; js: JetStreamClient; jsm: JetStreamManager }

/**
 * JetStream on a connection. Asks the server nothing, so it needs no permission on `$JS.API.INFO`.
 * @param options.timeout of every API call, ms; default 5 s
 */
export const openJetStream = async (nc: NatsConnection, options: { timeout?: number } = {}): Promise<JetStream> => {
  const { timeout = 5_000 } = options
  return {
    nc,
    js: jetstream(nc, { timeout }),
    jsm: await jetstreamManager(nc, { timeout, checkAPI: false }),
  }
}
