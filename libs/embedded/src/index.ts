export { cacheFolder } from './cache-folder.ts'
export type { DataFolderLock } from './data-folder/lock.ts'
export { type DataFolder, type OpenOptions, openDataFolder } from './data-folder/open.ts'
export { removeDataFolder } from './data-folder/remove.ts'
export { debianSource, unpackDebianPackages } from './debian-packages.ts'
export { EmbeddedError, type EmbeddedErrorCode } from './errors.ts'
export { writePrivateFile } from './files.ts'
export { type EmbeddedNats, type EmbeddedNatsOptions, startEmbeddedNats } from './nats/embedded.ts'
export { type FindOptions, findNatsServer, type NatsServerBinary } from './nats/find.ts'
export { type NatsKeys, natsKeys } from './nats/keys.ts'
export { startNatsServer } from './nats/server.ts'
export { freePort, isPortFree, portTaker, withPorts } from './ports.ts'
export { createScratchDatabase, dropDatabase, ensureDatabase } from './postgres/databases.ts'
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './postgres/embedded.ts'
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres/server.ts'
export type { ProcessRef } from './process/identity.ts'
export { logTail, rotateLogFile } from './process/log-file.ts'
export {
  boundedRestart,
  noRestart,
  type RestartPolicy,
  type Supervised,
  type SupervisionEvent,
} from './process/supervise.ts'
export { keptSecret } from './secrets.ts'
