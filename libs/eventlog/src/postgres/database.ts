import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { LogSink } from '../log-sink.ts'

export type DatabaseOptions = {
  /** `postgres://…`; never appears in a log. */
  url: string
  /** All unqualified names are in this schema. */
  schema: string
  log: LogSink
}

/** Connections of one process to one schema. `T` describes its tables. */
export type Database<T> = {
  kysely: Kysely<T>
  schema: string
  /** Connections to another schema of the same server, to be closed apart. */
  beside(schema: string): Database<T>
  /** Resolves when a statement goes through; throws what keeps it from that. */
  check(): Promise<void>
  /** How its connections are used just now. */
  use(): { open: number; idle: number; waiting: number }
  close(): Promise<void>
}

const timeouts = { connectionTimeoutMillis: 5_000, query_timeout: 30_000, statement_timeout: 30_000 }

/** Opens a small pool whose every statement has a time limit. Nothing is connected before the first statement. */
export const openDatabase = <T>({ url, schema, log }: DatabaseOptions): Database<T> => {
  const pool = new pg.Pool({
    connectionString: url,
    options: `-c search_path=${schema}`,
    application_name: `kez-chat ${schema}`,
    max: 4,
    keepAlive: true,
    idle_in_transaction_session_timeout: 60_000,
    ...timeouts,
  })
  let closing = false
  // A connection that breaks while nobody waits for an answer would otherwise end the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => {
      if (!closing) log.warn({ error: error.message }, 'a Postgres connection broke')
    })
  })
  pool.on('error', () => undefined)
  const kysely = new Kysely<T>({ dialect: new PostgresDialect({ pool }) })
  return {
    kysely,
    schema,
    beside: (other) => openDatabase<T>({ url, schema: other, log }),
    check: async () => {
      await sql`select 1`.execute(kysely)
    },
    use: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => {
      closing = true
      return kysely.destroy()
    },
  }
}
