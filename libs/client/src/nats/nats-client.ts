import {
  AcceptedMessage,
  ConsumerDeleted,
  type ConsumerRequest,
  InboxConsumer,
  inboxSubject,
  PrimaryHex,
  personSubject,
} from '@kez-chat/contracts'
import type { SigningKey } from '@kez-chat/identity'
import type { ConnectionOptions, NatsConnection } from '@nats-io/nats-core'
import type { Post } from '../client.ts'
import { NetworkError } from '../errors.ts'
import { createNatsLogin } from './authenticator.ts'
import { followInbox, type NatsInbox, type NatsInboxOptions } from './inbox.ts'
import { askServer } from './request.ts'

export type NatsClientOptions = {
  /** `connect` of `@nats-io/transport-node` (or another transport), or `wsconnect` of `@nats-io/nats-core` in browsers. */
  readonly connect: (options: ConnectionOptions) => Promise<NatsConnection>
  /** One or more NATS servers of the home server: `nats://…` or `tls://…`, `ws://…` or `wss://…` for `wsconnect`. */
  readonly servers: string | string[]
  /** The home server's name, as in handles. */
  readonly server: string
  readonly signer: SigningKey
  /** More options for `connect`, e.g. `tls`. What this client decides itself is not changed by them. */
  readonly connection?: Omit<ConnectionOptions, 'servers' | 'authenticator' | 'inboxPrefix'>
  /** For one request, ms; default 15,000. */
  readonly timeout?: number
}

export type NatsClient = {
  readonly connection: NatsConnection
  /** Puts a sealed envelope into somebody's inbox; when this resolves it is on the server's disk. May be sent again. */
  send(post: Post): Promise<AcceptedMessage>
  /** Makes the consumer of a slot, or tells of the one that is there. `since`: begin after that sequence. */
  createConsumer(slot: number, since?: number): Promise<InboxConsumer>
  consumer(slot: number): Promise<InboxConsumer>
  deleteConsumer(slot: number): Promise<void>
  /** The own inbox as it arrives, from the consumer of a slot, which remembers on the server what was taken. */
  openInbox(options: NatsInboxOptions & { slot?: number; since?: number }): NatsInbox
  /**
   * Calls `listener` when something came. Only a hint to look: within the account of all people others may call it
   * as well, so what it carries is not shown to the listener. Returns what ends it.
   */
  onHint(inbox: string, listener: () => void): () => void
  /** Ends everything on this connection. */
  close(): Promise<void>
}

/**
 * Logs in to the NATS of a home server with nothing but an identity (protocol §7), and stays connected: after an interruption,
 * or when the login has run out, it logs in anew by itself.
 * @throws NetworkError when no server is reached, or it does not let this identity in
 */
export const openNatsClient = async (options: NatsClientOptions): Promise<NatsClient> => {
  const { connect, servers, server, signer, timeout = 15_000 } = options
  const { authenticator, inboxPrefix, primary } = createNatsLogin(server, signer)
  const nc = await connect({
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    reconnectJitter: 1_500,
    pingInterval: 20_000,
    timeout: 20_000,
    noAsyncTraces: true,
    ...options.connection,
    // A login that has run out, or a busy server, is no reason to give up.
    ignoreAuthErrorAbort: true,
    servers,
    authenticator,
    inboxPrefix,
  }).catch((cause: unknown) => {
    throw new NetworkError('NATS was not reached, or does not let this identity in', { cause })
  })
  const consumers = personSubject.consumer(primary)
  const askConsumer = (request: ConsumerRequest) => askServer(nc, consumers, request, InboxConsumer, timeout)
  const createConsumer = (slot: number, since?: number): Promise<InboxConsumer> =>
    askConsumer({ op: 'create', slot, ...(since === undefined ? {} : { since }) })

  return {
    connection: nc,
    send: (post) => askServer(nc, personSubject.send(primary), post, AcceptedMessage, timeout),
    createConsumer,
    consumer: (slot) => askConsumer({ op: 'info', slot }),
    deleteConsumer: async (slot) => {
      await askServer(nc, consumers, { op: 'delete', slot }, ConsumerDeleted, timeout)
    },
    openInbox: ({ slot = 0, since, ...handlers }) =>
      followInbox(nc, inboxPrefix, () => createConsumer(slot, since), handlers),
    onHint: (inbox, listener) => {
      const subscription = nc.subscribe(inboxSubject.live(PrimaryHex.parse(inbox)), {
        callback: (error) => {
          if (!error) listener()
        },
      })
      return () => subscription.unsubscribe()
    },
    close: () => nc.close(),
  }
}
