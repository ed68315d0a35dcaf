import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EmbeddedError } from '../errors.ts'
import type { Account } from '../process/child.ts'
import { runCommand } from '../process/run-command.ts'
import type { PostgresBinaries } from './packaged.ts'

export const superuser = 'postgres'

/**
 * Makes the database files in `folder` unless they are there; the superuser's password is asked for on every
 * connection. A making that was cut off leaves no half of it: it happens beside and is moved into place.
 * @throws EmbeddedError `postgres_unavailable` when it cannot, or when the files are of another major version.
 */
export const ensureCluster = async (
  binaries: PostgresBinaries,
  folder: string,
  password: string,
  account: Account | undefined,
): Promise<void> => {
  if (existsSync(join(folder, 'PG_VERSION'))) return checkMajor(binaries, folder)
  const work = `${folder}.new`
  const passwordFile = `${work}.pw`
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (account) {
    await chown(work, account.uid, account.gid)
    await chown(passwordFile, account.uid, account.gid)
  }
  try {
    const args = ['-D', work, '-U', superuser, '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8']
    const locale = ['--locale-provider=builtin', '--locale=C.UTF-8']
    const { ok, stdout, stderr } = await runCommand(join(binaries.folder, 'bin/initdb'), [...args, ...locale], {
      cwd: '/',
      env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' },
      timeoutMs: 120_000,
      account,
    })
    if (!ok)
      throw new EmbeddedError(
        'postgres_unavailable',
        `Postgres could not make its files in ${folder}: ${(stderr || stdout).trim()}`,
      )
    await rename(work, folder)
    await chmod(folder, 0o700)
  } finally {
    await rm(passwordFile, { force: true })
    await rm(work, { recursive: true, force: true })
  }
}

const checkMajor = async (binaries: PostgresBinaries, folder: string) => {
  const found = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim()
  const ours = binaries.version.split('.')[0]
  if (found === ours) return
  throw new EmbeddedError(
    'postgres_unavailable',
    `The database in ${folder} was made by Postgres ${found}, this is Postgres ${ours}. Carry it over with pg_upgrade, or use the version of kez-chat that made it.`,
  )
}
