import { setTimeout as sleep } from 'node:timers/promises'
import { commandSubject, type DoctorCheck, type DoctorReport } from '@kez-chat/contracts'
import type { JetStream, ReactionStatus } from '@kez-chat/eventlog'
import {
  type Database,
  type Migrations,
  type ProjectionStatus,
  pendingMigrations,
  projectionStanding,
  type Standing,
  StreamReplaced,
} from '@kez-chat/eventlog/postgres'
import { type CommandServer, type Log, type NatsConnection, serveCommand } from '@kez-chat/runtime'
import { z } from 'zod'
import { chainsProjection } from '../chains/projection.ts'
import type { ChainTables } from '../chains/tables.ts'
import { migrations } from '../db/migrations/index.ts'
import { peopleProjection } from '../projection/projection.ts'
import type { Tables } from '../projection/tables.ts'

export type DoctorOptions = {
  readonly nc: NatsConnection
  readonly jetstream: JetStream
  readonly database: Database<Tables>
  readonly chainsDatabase: Database<ChainTables>
  readonly parts: () => { readonly people: ProjectionStatus | undefined; readonly chains: ProjectionStatus | undefined }
  readonly reactions: () => {
    readonly directory: ReactionStatus | undefined
    readonly rotations: ReactionStatus | undefined
  }
  readonly log: Log
}

/** Tables that have not moved for so long while there is something to do stand still. */
const movesWithin = 1_500
const manyBehind = 10_000

type Part = {
  readonly what: string
  /** Its name for the operator's commands. */
  readonly projection: string
  readonly schema: string
  readonly status: ProjectionStatus | undefined
  readonly pending: () => Promise<string[]>
  readonly standing: () => Promise<Standing>
}

const partOf = <T>(
  jetstream: JetStream,
  { kysely, schema }: Database<T>,
  about: {
    readonly what: string
    readonly projection: { readonly name: string; readonly stream: string }
    readonly migrations: Migrations
    readonly status: ProjectionStatus | undefined
  },
): Part => ({
  what: about.what,
  projection: about.projection.name,
  schema,
  status: about.status,
  pending: () => pendingMigrations(kysely, schema, about.migrations),
  standing: () => projectionStanding(jetstream, kysely, about.projection),
})

const lookAtMigrations = async (parts: readonly Part[]): Promise<DoctorCheck> => {
  const id = 'registry.migrations'
  const pending: string[] = []
  for (const part of parts) pending.push(...(await part.pending()).map((name) => `${part.schema} ${name}`))
  if (pending.length === 0)
    return { id, status: 'ok', message: 'The tables of the registry are of this version: no migration is pending.' }
  const message = `Migrations have not run: ${pending.join(', ')}. The tables are of an earlier version, or came out of a backup of one.`
  return {
    id,
    status: 'fail',
    message,
    cure: 'Restart the registry, which runs them as it starts, and read its log if they stay.',
  }
}

const lookAtProjection = async ({ what, projection, schema, status, standing }: Part): Promise<DoctorCheck> => {
  const id = `registry.${what}`
  const reason = status?.reason
  const readLog = `Read the log of the registry: it names the event. Nothing is lost, and people go on registering. Once the cause is gone: kez admin projection rebuild ${projection}.`
  if (status?.state === 'stopped')
    return { id, status: 'fail', message: `The tables of ${what} stand still: ${reason ?? 'unknown'}.`, cure: readLog }
  try {
    const before = await standing()
    if (before.seq >= before.lastSeq)
      return { id, status: 'ok', message: `The tables of ${what} hold all ${before.lastSeq} events.` }
    await sleep(movesWithin)
    const after = await standing()
    const behind = after.lastSeq - after.seq
    if (after.seq >= before.lastSeq)
      return { id, status: 'ok', message: `The tables of ${what} hold all ${before.lastSeq} events.` }
    const moves = after.seq > before.seq
    const message = `The tables of ${what} are ${behind} events behind the log, ${moves ? 'and catching up' : 'and do not move'}${reason === undefined ? '' : ` (${reason})`}.`
    if (moves && behind < manyBehind) return { id, status: 'ok', message }
    if (moves)
      return {
        id,
        status: 'warn',
        message,
        cure: 'Wait, and run this again: after a start with an empty Postgres it takes a while.',
      }
    const cure = `See that Postgres runs and nobody holds a lock on the tables in the schema ${schema} ("select * from pg_stat_activity where wait_event_type = 'Lock'"), and read the log of the registry.`
    return { id, status: 'fail', message, cure }
  } catch (error) {
    if (error instanceof StreamReplaced)
      return {
        id,
        status: 'fail',
        message: `The tables of ${what} are of another log: ${error.message}.`,
        cure: readLog,
      }
    throw error
  }
}

const lookAtReaction = (id: string, what: string, status: ReactionStatus | undefined): DoctorCheck =>
  status?.state === 'following'
    ? { id, status: 'ok', message: `${what} follows the log.` }
    : {
        id,
        status: 'fail',
        message: `${what} does not follow the log (${status?.reason ?? status?.state ?? 'not started'}).`,
        cure: 'See that NATS is well (nats.*), and read the log of the registry.',
      }

/** Looks at what the registry depends on, for operators. It names no person. */
const createDoctor = (options: DoctorOptions) => async (): Promise<DoctorReport> => {
  const { jetstream, database, chainsDatabase } = options
  const { people, chains } = options.parts()
  const parts: readonly Part[] = [
    partOf(jetstream, database, {
      ...{ what: 'people', projection: peopleProjection, migrations: migrations.registry, status: people },
    }),
    partOf(jetstream, chainsDatabase, {
      ...{ what: 'sigchains', projection: chainsProjection, migrations: migrations.sigchains, status: chains },
    }),
  ]
  const { directory, rotations } = options.reactions()
  const reactions = [
    lookAtReaction('registry.directory', 'The directory by which people are found', directory),
    lookAtReaction('registry.rotations', 'The settling of keys that were replaced', rotations),
  ]
  try {
    const tables = await Promise.all([lookAtMigrations(parts), ...parts.map((part) => lookAtProjection(part))])
    return {
      checks: [
        { id: 'registry.database', status: 'ok', message: 'The registry reaches Postgres.' },
        ...tables,
        ...reactions,
      ],
    }
  } catch (error) {
    options.log.warn({ err: error }, 'the doctor could not look at the tables')
    const message =
      'The registry cannot read its tables in Postgres. People can register and chat meanwhile; nothing is lost.'
    const cure =
      'See that Postgres runs ("docker compose ps"), that DATABASE_URL is right and its disk not full; the log of the registry has the reason.'
    return { checks: [{ id: 'registry.database', status: 'fail', message, cure }, ...reactions] }
  }
}

/** Answers the gateway, whose internal listener the operator's command line asks. */
export const serveDoctor = (options: DoctorOptions): CommandServer => {
  const doctor = createDoctor(options)
  const command = {
    subject: commandSubject.registryDoctor,
    queue: 'registry',
    schema: z.object({}),
    log: options.log,
    limit: 8,
  }
  return serveCommand(options.nc, command, () => doctor())
}
