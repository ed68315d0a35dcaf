import { existsSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedError } from '../errors.ts'
import { processRef } from '../process/identity.ts'
import { waitUntil } from '../process/wait-until.ts'

const patienceMs = 15_000

/**
 * Removes the pid file of a Postgres that was killed. Postgres itself refuses to start while any process has the pid in
 * it: one that has nothing to do with it, or a dead one that nobody reaps, as in containers without an init. A process
 * of Postgres works inside its database folder; only when none does, the file is stale. The caller holds the folder.
 * @throws EmbeddedError `postgres_unavailable` when an old Postgres does not end.
 */
export const clearStalePidFile = async (folder: string): Promise<void> => {
  const file = join(folder, 'postmaster.pid')
  if (process.platform !== 'linux' || !existsSync(file)) return
  const inside = realpathSync(folder)
  const users = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && worksIn(pid, inside))
  if (await waitUntil(() => users().length === 0, patienceMs, 100)) return rmSync(file, { force: true })
  throw new EmbeddedError(
    'postgres_unavailable',
    `An old Postgres (process ${users().join(', ')}) still works in ${folder} and does not end. End it and start again.`,
  )
}

const worksIn = (pid: string, folder: string): boolean => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder && processRef(Number(pid)) !== undefined
  } catch {
    return false
  }
}
