import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { cacheFolder } from '../cache-folder.ts'
import { EmbeddedError } from '../errors.ts'
import type { Account } from '../process/child.ts'
import { runCommand } from '../process/run-command.ts'
import type { PostgresBinaries } from './packaged.ts'

/** Another account must get in there, so root's copies are not in root's home. */
const placeOfCopies = () => (process.getuid?.() === 0 ? '/var/cache/kez-chat' : cacheFolder())

/**
 * Makes a packaged Postgres ready to run under an account. It is used where it lies if that works; a folder that the account may not enter, that lost its execute bits or its library links and cannot be mended, is copied.
 * @throws EmbeddedError `postgres_unavailable`, saying what to do.
 */
export const runnablePostgres = async (
  { folder, version }: PostgresBinaries,
  account: Account | undefined,
  copies = placeOfCopies(),
): Promise<PostgresBinaries> => {
  await mend(folder, folder).catch(() => {})
  if (await runs(folder, account)) return { folder, version }
  const copy = join(copies, `pg-${version}`)
  if (await runs(copy, account)) return { folder: copy, version }
  await copyTo(folder, copy)
  if (await runs(copy, account)) return { folder: copy, version }
  throw new EmbeddedError(
    'postgres_unavailable',
    `The Postgres in ${folder} does not run on this machine, nor does a copy of it in ${copy}. ` +
      'Set DATABASE_URL (--db) to use a Postgres of your own.',
  )
}

/** Gives a folder the execute bits and the library links (`pg-symlinks.json`) that an install without scripts leaves out. */
const mend = async (source: string, folder: string): Promise<void> => {
  for (const name of await readdir(join(folder, 'bin'))) {
    const file = join(folder, 'bin', name)
    if (!isExecutable(file)) await chmod(file, 0o755)
  }
  const list = join(source, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const link of links) {
    // Both are written as `native/…`, from the folder above.
    const [target, path] = [link.source, link.target].map((file) => resolve(folder, relative('native', file)))
    if (!target || !path || existsSync(path)) continue
    await rm(path, { force: true })
    await symlink(basename(target), path)
  }
}

const copyTo = async (source: string, target: string): Promise<void> => {
  await mkdir(dirname(target), { recursive: true, mode: 0o755 })
  const work = await mkdtemp(`${target}.`)
  try {
    await cp(source, work, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
    await mend(source, work)
    await openForReading(work)
    await rm(target, { recursive: true, force: true })
    await rename(work, target)
  } catch (cause) {
    throw new EmbeddedError('postgres_unavailable', `Postgres could not be copied to ${target}: ${String(cause)}`, {
      cause,
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const openForReading = async (folder: string): Promise<void> => {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    await chmod(path, entry.isDirectory() || basename(entry.parentPath) === 'bin' ? 0o755 : 0o644)
  }
}

const runs = async (folder: string, account: Account | undefined): Promise<boolean> => {
  for (const program of ['postgres', 'initdb']) {
    const file = join(folder, 'bin', program)
    if (!existsSync(file)) return false
    const { ok } = await runCommand(file, ['--version'], { timeoutMs: 10_000, cwd: '/', env: { LC_ALL: 'C' }, account })
    if (!ok) return false
  }
  return true
}

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
