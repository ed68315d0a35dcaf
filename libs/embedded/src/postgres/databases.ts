import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { EmbeddedError } from '../errors.ts'

/** Runs statements as the superuser, none of which may be logged: they can hold passwords. */
const asSuperuser = async (adminUrl: string, work: (client: Client) => Promise<void>): Promise<void> => {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000, query_timeout: 30_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('set log_min_error_statement = panic')
    await work(client)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EmbeddedError('postgres_unavailable', `Postgres could not be prepared: ${reason}`, { cause })
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Makes sure that a login `role` with this password and a `database` it owns exist; the role may do nothing else.
 * @throws EmbeddedError `postgres_unavailable`.
 */
export const ensureDatabase = (adminUrl: string, role: string, password: string, database: string): Promise<void> =>
  asSuperuser(adminUrl, async (client) => {
    const [name, owner] = [escapeIdentifier(database), escapeIdentifier(role)]
    const roles = await client.query('select from pg_roles where rolname = $1', [role])
    const verb = roles.rowCount === 0 ? 'create' : 'alter'
    await client.query(
      `${verb} role ${owner} login nosuperuser nocreatedb nocreaterole password ${escapeLiteral(password)}`,
    )
    const databases = await client.query('select from pg_database where datname = $1', [database])
    if (databases.rowCount === 0) await client.query(`create database ${name} owner ${owner}`)
    await client.query(`revoke connect, temporary on database ${name} from public`)
  })

/**
 * Makes an empty database under a name of its own; returns the name.
 * @throws EmbeddedError `postgres_unavailable`.
 */
export const createScratchDatabase = async (adminUrl: string): Promise<string> => {
  const name = `scratch_${randomBytes(8).toString('hex')}`
  await asSuperuser(adminUrl, async (client) => {
    await client.query(`create database ${escapeIdentifier(name)}`)
  })
  return name
}

/** Drops a database, also when somebody is still connected. */
export const dropDatabase = (adminUrl: string, name: string): Promise<void> =>
  asSuperuser(adminUrl, async (client) => {
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`)
  })
