import type { DatabaseEntry } from '../manifest.ts'
import { writePayload } from '../payload.ts'
import type { BackupKeys } from '../sealing.ts'
import { inTransaction } from './connect.ts'
import { describeSchema } from './describe.ts'
import { createRowTally, readRows } from './rows.ts'

const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`)

/**
 * Copies a schema into a file of a backup, as it is at one moment: lines of JSON, first the tables and the statements that make
 * them, then each table's name and rows, at last the statements for what comes after the rows. Undefined when there is no such schema.
 * @throws {BackupError} `source_unavailable`, `database_unsupported`, `file_not_written`
 */
export const dumpSchema = (
  url: string,
  schema: string,
  folder: string,
  keys: BackupKeys | undefined,
): Promise<DatabaseEntry | undefined> =>
  inTransaction(url, 'begin transaction isolation level repeatable read, read only', async (client) => {
    const description = await describeSchema(client, schema)
    if (!description) return undefined
    const tables: DatabaseEntry['tables'] = []
    async function* source(found: NonNullable<typeof description>): AsyncGenerator<Uint8Array> {
      yield line({ schema, tables: found.tables, before: found.before })
      for (const table of found.tables) {
        yield line({ table: table.name })
        const tally = createRowTally()
        for await (const rows of readRows(client, schema, table)) {
          for (const row of rows) tally.add(row)
          yield Buffer.concat(rows.map(line))
        }
        tables.push({ name: table.name, ...tally.result() })
      }
      yield line({ after: found.after })
    }
    const file = await writePayload(folder, `${schema}.tables`, source(description), keys)
    return { schema, tables, file }
  })
