import { join } from 'node:path'
import { privateFolder } from '../files.ts'
import { withPorts } from '../ports.ts'
import type { RestartPolicy, Supervised, SupervisionEvent } from '../process/supervise.ts'
import { keptSecret } from '../secrets.ts'
import { postgresDataPlace } from './data-place.ts'
import { ensureDatabase } from './databases.ts'
import { startPostgres } from './server.ts'

export type EmbeddedPostgresOptions = {
  /** The data folder: passwords in `keys/`, the log in `logs/`. */
  readonly folder: string
  /** The port to take if it is free; without it any. */
  readonly port?: number
  readonly databases: readonly string[]
  readonly restart: RestartPolicy
  readonly report: (event: SupervisionEvent) => void
}

export type EmbeddedPostgres = Supervised & {
  readonly port: number
  /** The connection string of the services' role to one of the databases; holds the password. */
  readonly url: (database: string) => string
}

const role = 'kez_chat'

/**
 * Starts Postgres on 127.0.0.1 with databases of the services' own role, which is no superuser.
 * @throws EmbeddedError `postgres_unavailable`, `child_failed` or `port_in_use`.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { folder, databases, restart, report } = options
  const password = keptSecret(join(folder, 'keys', 'postgres-superuser.password'))
  const rolePassword = keptSecret(join(folder, 'keys', 'postgres.password'))
  const logFile = join(privateFolder(join(folder, 'logs')), 'postgres.log')
  const place = postgresDataPlace(folder)
  const server = await withPorts({ postgres: options.port }, (ports) =>
    startPostgres({ folder: place, logFile, port: ports.postgres, password, restart, report }),
  )
  try {
    for (const database of databases) await ensureDatabase(server.adminUrl(), role, rolePassword, database)
  } catch (error) {
    await server.stop()
    throw error
  }
  return { ...server, url: (database) => `postgres://${role}:${rolePassword}@127.0.0.1:${server.port}/${database}` }
}
