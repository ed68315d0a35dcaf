import pg from 'pg'
import { z } from 'zod'
import { BackupError, damaged } from '../errors.ts'
import type { DatabaseEntry } from '../manifest.ts'
import { inTransaction } from './connect.ts'
import type { Table } from './describe.ts'
import { createRowTally, type Row, readRows } from './rows.ts'

const { escapeIdentifier: quoted } = pg

const TableShape = z.object({
  name: z.string().min(1),
  columns: z.array(z.object({ name: z.string().min(1), type: z.string().min(1) })).min(1),
  order: z.array(z.string()).min(1),
})
const Line = z.union([
  z.array(z.string().nullable()),
  z.strictObject({ schema: z.string(), tables: z.array(TableShape), before: z.array(z.string()) }),
  z.strictObject({ table: z.string() }),
  z.strictObject({ after: z.array(z.string()) }),
])

const maxLineBytes = 8 * 1024 * 1024
const rowsAtOnce = 500

async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<z.infer<typeof Line>> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk])
    let at = 0
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10, at)) {
      try {
        yield Line.parse(JSON.parse(held.toString('utf8', at, end)))
      } catch (cause) {
        throw damaged('a row of the backup cannot be read', cause)
      }
      at = end + 1
    }
    held = held.subarray(at)
    if (held.length > maxLineBytes) throw damaged('a row of the backup is longer than any can be')
  }
  if (held.length > 0) throw damaged('the last row of the backup is cut off')
}

const insertRows = async (client: pg.Client, schema: string, table: Table, rows: readonly Row[]): Promise<void> => {
  const names = table.columns.map(({ name }) => quoted(name)).join(', ')
  const values = table.columns.map(({ type }, index) => `(r ->> ${index})::${type}`).join(', ')
  await client.query(
    `insert into ${quoted(schema)}.${quoted(table.name)} (${names}) overriding system value
     select ${values} from json_array_elements($1::json) as r`,
    [JSON.stringify(rows)],
  )
}

/**
 * Makes a schema of a backup anew, rows and all, in one transaction, and compares it with the backup before that ends.
 * @throws {BackupError} `target_not_empty`, `target_refused`, `not_the_same`, `backup_damaged`
 */
export const loadSchema = async (
  url: string,
  { schema, tables: expected }: DatabaseEntry,
  source: AsyncIterable<Uint8Array>,
): Promise<void> => {
  try {
    await inTransaction(url, 'begin', async (client) => {
      let tables: readonly Table[] = []
      let into: Table | undefined
      let rows: Row[] = []
      const flush = async (): Promise<void> => {
        if (into && rows.length > 0) await insertRows(client, schema, into, rows)
        rows = []
      }
      for await (const line of linesOf(source)) {
        if (Array.isArray(line)) {
          rows.push(line)
          if (rows.length >= rowsAtOnce) await flush()
          continue
        }
        await flush()
        if ('tables' in line) {
          ;({ tables } = line)
          for (const statement of line.before) await client.query(statement)
        } else if ('table' in line) into = tables.find(({ name }) => name === line.table)
        else for (const statement of line.after) await client.query(statement)
      }
      for (const { name, rows: count, contentSha256 } of expected) {
        const table = tables.find((candidate) => candidate.name === name)
        const tally = createRowTally()
        if (table) for await (const found of readRows(client, schema, table)) for (const row of found) tally.add(row)
        const result = tally.result()
        if (result.rows !== count || result.contentSha256 !== contentSha256)
          throw new BackupError(
            'not_the_same',
            `${schema}.${name} holds ${result.rows} rows that are not those of the backup`,
          )
      }
    })
  } catch (cause) {
    if (cause instanceof BackupError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new BackupError('target_refused', `the tables of ${schema} could not be put back: ${why}`, { cause })
  }
}

/** Schemas of kez-chat that a database has already. */
export const schemasOf = (url: string): Promise<string[]> =>
  inTransaction(url, 'begin read only', async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select nspname::text as name from pg_namespace
       where nspname in ('push', 'registry', 'sigchains', 'event_archive') order by 1`,
    )
    return rows.map(({ name }) => name)
  })
