import { type Database, migrate, migrateArchive, openDatabase } from '@kez-chat/eventlog/postgres'
import type { Log } from '@kez-chat/runtime'
import type { Tables } from '../projection/tables.ts'
import { migrations } from './migrations/index.ts'

export const openRegistryDatabase = (url: string, log: Log): Database<Tables> =>
  openDatabase<Tables>({ url, schema: 'registry', log })

/** Brings the tables, and the event archive beside them, to this version. */
export const migrateRegistry = async (database: Database<Tables>): Promise<void> => {
  await migrateArchive(database.kysely)
  await migrate(database.kysely, database.schema, migrations)
}
