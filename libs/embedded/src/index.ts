export { EmbeddedError, type EmbeddedErrorCode } from './errors.ts'
export { type EmbeddedNats, type EmbeddedNatsOptions, startEmbeddedNats } from './nats/embedded.ts'
export { type FindOptions, findNatsServer, type NatsServerBinary } from './nats/find.ts'
export type { NatsUserKeys } from './nats/keys.ts'
export { freePort, isPortFree, withPorts } from './ports.ts'
export { createScratchDatabase, dropDatabase, ensureDatabase } from './postgres/databases.ts'
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres/server.ts'
export {
  boundedRestart,
  noRestart,
  type RestartPolicy,
  type Supervised,
  type SupervisionEvent,
} from './process/supervise.ts'
