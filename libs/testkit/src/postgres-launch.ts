import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noRestart, startPostgres, withPorts } from '@kez-chat/embedded'

/** A Postgres with a folder of its own, which goes with it. It does not wait for the disk: its data need not last. */
export const launchPostgres = async () => {
  // Root lends Postgres another account, which may be barred from root's own temporary folder.
  const dir = mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'kez-test-postgres-'))
  chmodSync(dir, 0o711)
  const server = await withPorts({ postgres: undefined }, (ports) =>
    startPostgres({
      folder: join(dir, 'data'),
      logFile: join(dir, 'postgres.log'),
      port: ports.postgres,
      password: randomBytes(16).toString('hex'),
      restart: noRestart,
      report: () => {},
      settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '200' },
    }),
  )
  return {
    adminUrl: server.adminUrl,
    stop: async () => {
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
