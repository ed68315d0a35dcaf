import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'

/** A connection with the JetStream clients on it. */
export type JetStream = {
  nc: NatsConnection
  js: JetStreamClient
  jsm: JetStreamManager
  /** Whether the connection is up right now. */
  isConnected(): boolean
  /** Calls `listener` whenever the connection is lost; returns what ends that. */
  onDisconnect(listener: () => void): () => void
}

/**
 * JetStream on a connection. Asks the server nothing, so it needs no permission on `$JS.API.INFO`.
 * @param options.timeout of every API call, ms; default 5 s
 */
export const openJetStream = async (nc: NatsConnection, options: { timeout?: number } = {}): Promise<JetStream> => {
  const { timeout = 5_000 } = options
  const listeners = new Set<() => void>()
  let connected = !nc.isClosed()
  const watch = async (): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type === 'reconnect') connected = true
      if (type !== 'disconnect') continue
      connected = false
      for (const listener of [...listeners]) listener()
    }
    connected = false
  }
  void watch()
  return {
    nc,
    js: jetstream(nc, { timeout }),
    jsm: await jetstreamManager(nc, { timeout, checkAPI: false }),
    isConnected: () => connected,
    onDisconnect: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
