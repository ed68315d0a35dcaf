import pg from 'pg'
import { BackupError } from '../errors.ts'

const connectTimeout = 10_000
/** Of one statement: a batch of rows, never a whole table. */
const statementTimeout = 60_000

/** Does `work` in one transaction of one connection. @throws {BackupError} `source_unavailable` when there is no connection */
export const inTransaction = async <T>(
  url: string,
  begin: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'kez-chat backup',
    connectionTimeoutMillis: connectTimeout,
    query_timeout: statementTimeout,
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: 600_000,
  })
  // A connection that breaks is told of by the statement that waits for it.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new BackupError('source_unavailable', `Postgres cannot be reached: ${why}`, { cause })
  }
  try {
    await client.query(begin)
    // Names are written out in full, and values look the same wherever they are read.
    await client.query(`set local search_path = ''`)
    await client.query(`set local timezone = 'UTC'`)
    await client.query(`set local datestyle = 'ISO'`)
    await client.query('set local extra_float_digits = 1')
    const result = await work(client)
    await client.query('commit')
    return result
  } finally {
    await client.end().catch(() => undefined)
  }
}
