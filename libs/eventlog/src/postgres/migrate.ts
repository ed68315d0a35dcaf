import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'

/** Forward-only steps by name; names are ISO-stamped and sort in the order in which they run. */
export type Migrations = Readonly<Record<string, { up(db: Kysely<unknown>): Promise<void> }>>

/** A database could not be brought to this version. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed'
}

/**
 * Brings a schema to this version: makes it when it is missing, then runs the steps it has not seen, under an advisory
 * lock, so that replicas may start at once. Tables that a newer version made are refused.
 * @throws {MigrationFailed}
 */
export const migrate = async <T>(kysely: Kysely<T>, schema: string, migrations: Migrations): Promise<void> => {
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: schema,
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error === undefined) return
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName
  const why = error instanceof Error ? error.message : String(error)
  throw new MigrationFailed(`the tables in ${schema} could not be made${failed ? ` (${failed})` : ''}: ${why}`, {
    cause: error,
  })
}

/** The steps that a schema has not seen, by name. Looks only. */
export const pendingMigrations = async <T>(
  kysely: Kysely<T>,
  schema: string,
  migrations: Migrations,
): Promise<string[]> => {
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: schema,
  })
  const known = await migrator.getMigrations()
  return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name)
}
