import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, noRestart, type PostgresServer, startPostgres } from '@kez-chat/embedded'

export type OwnPostgres = {
  /** The superuser's. Valid from the beginning, whether the server runs or not. */
  url: string
  start(): Promise<void>
  restart(): Promise<void>
  kill(): Promise<void>
  stop(): Promise<void>
}

/** A Postgres of one test, which may be away. It is not started yet. */
export const ownPostgres = async (): Promise<OwnPostgres> => {
  const dir = mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'kez-own-postgres-'))
  chmodSync(dir, 0o711)
  const port = await freePort()
  const password = randomBytes(16).toString('hex')
  let server: PostgresServer | undefined
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    start: async () => {
      server = await startPostgres({
        folder: join(dir, 'data'),
        logFile: join(dir, 'postgres.log'),
        port,
        password,
        restart: noRestart,
        report: () => {},
      })
    },
    restart: async () => server?.restart(),
    kill: async () => {
      server?.child().kill('SIGKILL')
      await server?.child().exited
    },
    stop: async () => {
      await server?.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
