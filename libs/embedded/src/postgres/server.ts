import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedError } from '../errors.ts'
import { type Account, type Child, startChild } from '../process/child.ts'
import { logTail } from '../process/log-file.ts'
import { type RestartPolicy, type Supervised, type SupervisionEvent, supervise } from '../process/supervise.ts'
import { waitUntil } from '../process/wait-until.ts'
import { postgresAccount } from './account.ts'
import { runnablePostgres } from './binaries.ts'
import { ensureCluster, superuser } from './cluster.ts'
import { packagedPostgres } from './packaged.ts'
import { clearStalePidFile } from './stale-pid-file.ts'

export type PostgresOptions = {
  /** The database files; every folder above must let the account of Postgres in when this process is root. */
  readonly folder: string
  readonly logFile: string
  readonly port: number
  readonly password: string
  readonly restart: RestartPolicy
  readonly report: (event: SupervisionEvent) => void
  /** More server settings, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

export type PostgresServer = Supervised & {
  readonly port: number
  /** The superuser's connection string to a database; holds the password. */
  readonly adminUrl: (database?: string) => string
}

const startTimeoutMs = 60_000

/**
 * Starts a Postgres on 127.0.0.1 (no other address, no unix socket), making its files first when there are none.
 * @throws EmbeddedError `postgres_unavailable`, `port_in_use`, or `child_failed` with the last lines of its log.
 */
export const startPostgres = async (options: PostgresOptions): Promise<PostgresServer> => {
  const { folder, logFile, port, password } = options
  const account = postgresAccount()
  const binaries = await runnablePostgres(packagedPostgres(), account)
  await ensureCluster(binaries, folder, password, account)
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    ...options.settings,
  }
  const args = ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const start = async () => {
    await clearStalePidFile(folder)
    return startReady(join(binaries.folder, 'bin/postgres'), args, folder, logFile, account)
  }
  const supervised = await supervise({
    name: 'Postgres',
    logFile,
    start,
    restart: options.restart,
    report: options.report,
  })
  return {
    ...supervised,
    port,
    adminUrl: (database = 'postgres') =>
      `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
  }
}

const startReady = async (
  command: string,
  args: readonly string[],
  folder: string,
  logFile: string,
  account: Account | undefined,
) => {
  const child = await startChild({
    name: 'Postgres',
    command,
    args,
    logFile,
    cwd: '/',
    env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' },
    account,
    // SIGINT: fast shutdown; SIGQUIT: at once, recovering at the next start.
    stopSteps: [
      ['SIGINT', 20_000],
      ['SIGQUIT', 5_000],
    ],
  })
  const ready = await waitUntil(() => child.hasExited() || saysReady(folder, child), startTimeoutMs)
  if (ready && !child.hasExited()) return child
  await child.stop()
  const log = logTail(logFile)
  if (/could not bind|Address already in use/.test(log))
    throw new EmbeddedError('port_in_use', 'The port for Postgres is taken.')
  throw new EmbeddedError('child_failed', `Postgres did not become ready. Its last words (${logFile}):\n${log}`)
}

/** Postgres writes its state into line 8 of its pid file; that is how pg_ctl waits, too. */
const saysReady = (folder: string, child: Child): boolean => {
  const file = join(folder, 'postmaster.pid')
  if (!existsSync(file)) return false
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines[0] === String(child.ref.pid) && lines[7]?.trim() === 'ready'
}
