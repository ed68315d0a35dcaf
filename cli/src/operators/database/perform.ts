import {
  archiveMigrations,
  archiveSchema,
  type Migrations,
  migrate,
  pendingMigrations,
} from '@kez-chat/eventlog/postgres'
import { migrations as ofPush } from '../../../../services/push/src/db/migrations/index.ts'
import { migrations as ofRegistry } from '../../../../services/registry/src/db/migrations/index.ts'
import type { Call, Report } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { columns } from '../../output/table.ts'
import { withPostgres } from '../reach-postgres.ts'

export type DatabaseAction = 'status' | 'migrate'

/** Every schema of the services, with the steps that bring it to this version. */
const schemas: Readonly<Record<string, Migrations>> = {
  [archiveSchema]: archiveMigrations,
  ...ofRegistry,
  push: ofPush,
}

type SchemaStanding = { readonly schema: string; readonly pending: readonly string[]; readonly ran: readonly string[] }

const look = (call: Call, schema: string, steps: Migrations, action: DatabaseAction): Promise<SchemaStanding> =>
  withPostgres(call, schema, async ({ kysely }) => {
    try {
      const before = await pendingMigrations(kysely, schema, steps)
      if (action === 'migrate' && before.length > 0) await migrate(kysely, schema, steps)
      const pending = action === 'migrate' ? await pendingMigrations(kysely, schema, steps) : before
      return { schema, pending, ran: before.filter((name) => !pending.includes(name)) }
    } catch (cause) {
      throw new CliError(
        EXIT.refused,
        'not_migrated',
        cause instanceof Error ? cause.message : `the tables in ${schema} could not be looked at`,
        {
          cause,
          hint: 'What ran before that stays. Tables of a newer version are for that version alone: run its image.',
        },
      )
    }
  })

/** `kez admin database`: whether the tables are of this version, and making them so, as services do when they start. */
export const performDatabase = async (call: Call, action: DatabaseAction): Promise<Report> => {
  const all: SchemaStanding[] = []
  for (const [schema, steps] of Object.entries(schemas)) all.push(await look(call, schema, steps, action))
  const isWell = all.every(({ pending }) => pending.length === 0)
  return {
    data: { action, schemas: all, well: isWell },
    text: (paint) =>
      columns(
        all.map(({ schema, pending, ran }) => [
          pending.length === 0 ? paint.good('ok') : paint.careful('behind'),
          paint.bold(schema),
          [
            ...(ran.length > 0 ? [`made: ${ran.join(', ')}`] : []),
            ...(pending.length > 0 ? [`to be made: ${pending.join(', ')}`] : []),
          ].join('; ') || 'of this version',
        ]),
      ),
    ...(isWell ? {} : { exitCode: EXIT.refused }),
  }
}
