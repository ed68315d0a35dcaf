import { createHash } from 'node:crypto'
import { bucketName, streamName } from '@kez-chat/contracts'
import { type JetStream, streamInfo } from '@kez-chat/eventlog'
import { findCursor } from '@kez-chat/eventlog/postgres'
import type { Call, Report } from '../../command.ts'
import { EXIT } from '../../errors.ts'
import { table } from '../../output/table.ts'
import { withNats } from '../reach-nats.ts'
import { withPostgres } from '../reach-postgres.ts'

/** The registry's projections: what makes tables of which stream, in which schema. */
const projections = [
  { name: 'people', stream: streamName.identity, schema: 'registry' },
  { name: 'chains', stream: streamName.chains, schema: 'sigchains' },
] as const

type Projection = (typeof projections)[number]

type ProjectionStanding = {
  readonly name: string
  readonly stream: string
  /** `replaced`: the tables were made from another life of the stream, or from events that it has lost. */
  readonly state: 'current' | 'behind' | 'replaced' | 'no_tables' | 'no_stream'
  readonly position: number
  readonly last: number
  readonly behind: number
  /** Seconds since the position moved. */
  readonly moved_ago: number
}

const standing = async (call: Call, { jsm }: JetStream, projection: Projection): Promise<ProjectionStanding> => {
  const { name, stream, schema } = projection
  const info = await streamInfo(jsm, stream)
  const cursor = await withPostgres(call, schema, ({ kysely }) => findCursor(kysely, name))
  const last = info?.state.last_seq ?? 0
  const position = cursor?.seq ?? 0
  const stateOf = (): ProjectionStanding['state'] => {
    if (!info) return 'no_stream'
    if (!cursor) return 'no_tables'
    if (cursor.created !== info.created || position > last) return 'replaced'
    return position === last ? 'current' : 'behind'
  }
  const moved_ago = Math.round(cursor?.movedAgo ?? 0)
  return { name, stream, state: stateOf(), position, last, behind: Math.max(0, last - position), moved_ago }
}

/** The directory has no cursor of its own: the consumer that repairs it stands where it was looked at last. */
const directoryStanding = async ({ jsm }: JetStream): Promise<ProjectionStanding> => {
  const stream = streamName.identity
  const [log, bucket] = [await streamInfo(jsm, stream), await streamInfo(jsm, `KV_${bucketName.directory}`)]
  const last = log?.state.last_seq ?? 0
  const base = { name: 'directory', stream, position: 0, last, behind: 0, moved_ago: 0 }
  if (!log) return { ...base, state: 'no_stream' }
  const life = createHash('sha256')
    .update(bucket?.created ?? '')
    .digest('hex')
    .slice(0, 12)
  const follower = await jsm.consumers.info(stream, `directory_${life}`).catch(() => undefined)
  if (!bucket || !follower) return { ...base, behind: last, state: 'no_tables' }
  const behind = follower.num_pending + follower.num_ack_pending
  const moved = follower.ack_floor.last_active
  return {
    ...base,
    state: behind === 0 ? 'current' : 'behind',
    // Events that are not about handles are none of its own.
    position: behind === 0 ? last : follower.ack_floor.stream_seq,
    behind,
    moved_ago: moved ? Math.max(0, Math.round((Date.parse(follower.ts ?? '') - Date.parse(String(moved))) / 1000)) : 0,
  }
}

const cures: Readonly<Record<ProjectionStanding['state'], string>> = {
  current: '',
  behind: '',
  replaced: 'kez admin projection rebuild; but first restore the stream where it lost events',
  no_tables: 'the registry makes them when it starts',
  no_stream: 'restore it from the archive, or let the registry make it when the server is new',
}

/** `kez admin projection status`: by what Postgres and NATS say, so also while the registry is down. */
export const projectionStatus = (call: Call): Promise<Report> =>
  withNats(call, async (jetstream) => {
    const all: ProjectionStanding[] = []
    for (const projection of projections) all.push(await standing(call, jetstream, projection))
    all.push(await directoryStanding(jetstream))
    const isWell = all.every(({ state }) => state === 'current' || state === 'behind')
    return {
      data: { projections: all },
      text: (paint) =>
        table(
          paint,
          ['projection', 'state', 'position', 'of', 'behind', 'last moved', 'what helps'],
          all.map(({ name, state, position, last, behind, moved_ago }) => [
            name,
            paint[cures[state] === '' ? 'good' : 'bad'](state),
            String(position),
            String(last),
            String(behind),
            `${moved_ago} s ago`,
            cures[state],
          ]),
        ),
      ...(isWell ? {} : { exitCode: EXIT.refused }),
    }
  })
