import { readFileSync } from 'node:fs'
import { EmbeddedError } from '../errors.ts'
import type { Account } from '../process/child.ts'

/**
 * The account Postgres runs as: it refuses root, so root lends it `postgres` or else `nobody`; anybody else runs it
 * as themselves (undefined).
 * @throws EmbeddedError `postgres_unavailable` when root finds neither account.
 */
export const postgresAccount = (passwd = '/etc/passwd'): Account | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync(passwd, 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new EmbeddedError(
    'postgres_unavailable',
    'Postgres refuses to run as root and this machine has neither an account `postgres` nor `nobody`. ' +
      'Start as another user, or set DATABASE_URL (--db).',
  )
}
