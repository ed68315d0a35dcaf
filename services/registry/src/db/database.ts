import { type Database, type Migrations, migrate, migrateArchive, openDatabase } from '@kez-chat/eventlog/postgres'
import type { Log } from '@kez-chat/runtime'
import type { ChainTables } from '../chains/tables.ts'
import type { Tables } from '../projection/tables.ts'
import { migrations } from './migrations/index.ts'

export const openRegistryDatabase = (url: string, log: Log): Database<Tables> =>
  openDatabase<Tables>({ url, schema: 'registry', log })

/** The read model of `CHAINS`, in a schema of its own, so that either can be rebuilt without the other. */
export const openChainsDatabase = (url: string, log: Log): Database<ChainTables> =>
  openDatabase<ChainTables>({ url, schema: 'sigchains', log })

const migrateWith =
  (own: Migrations) =>
  async <T>(database: Database<T>): Promise<void> => {
    await migrateArchive(database.kysely)
    await migrate(database.kysely, database.schema, own)
  }

/** Each brings its tables, and the event archive beside them, to this version. */
export const migrateRegistry = migrateWith(migrations.registry)
export const migrateChains = migrateWith(migrations.sigchains)
