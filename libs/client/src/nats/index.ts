export { createNatsLogin, type NatsLoginOptions } from './authenticator.ts'
export type { NatsInbox, NatsInboxOptions } from './inbox.ts'
export { type NatsClient, type NatsClientOptions, openNatsClient } from './nats-client.ts'
