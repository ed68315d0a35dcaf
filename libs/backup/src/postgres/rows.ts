import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Table } from './describe.ts'

const { escapeIdentifier: quoted } = pg

const atOnce = 1_000

/** A row: each column as Postgres writes it as text. */
export type Row = readonly (string | null)[]

/** The rows of a table, in a fixed order, some at a time. Inside of a transaction. */
export async function* readRows(client: pg.Client, schema: string, table: Table): AsyncGenerator<Row[]> {
  const values = table.columns.map(({ name }) => `${quoted(name)}::text`).join(', ')
  const order = table.order.map((name) => `${quoted(name)}`).join(', ')
  await client.query(
    `declare kez_rows no scroll cursor for
     select array[${values}] as row from ${quoted(schema)}.${quoted(table.name)} order by ${order}`,
  )
  for (;;) {
    const { rows } = await client.query<{ row: (string | null)[] }>(`fetch ${atOnce} from kez_rows`)
    if (rows.length === 0) break
    yield rows.map(({ row }) => row)
  }
  await client.query('close kez_rows')
}

export const createRowTally = () => {
  const hash = createHash('sha256')
  let rows = 0
  return {
    add: (row: Row): void => {
      hash.update(`${JSON.stringify(row)}\n`)
      rows += 1
    },
    result: () => ({ rows, contentSha256: hash.digest('hex') }),
  }
}
