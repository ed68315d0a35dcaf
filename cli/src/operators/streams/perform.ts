import type { JetStream, ManifestEntry } from '@kez-chat/eventlog'
import { z } from 'zod'
import type { Call, Report } from '../../command.ts'
import { CliError, EXIT, usageError } from '../../errors.ts'
import type { Paint } from '../../output/paint.ts'
import { columns } from '../../output/table.ts'
import { withNats } from '../reach-nats.ts'
import { applySafe, type ComparedStream, compareStream, unknownStreams } from './compare.ts'
import { type ComparedConsumer, compareConsumers } from './consumers.ts'
import { describeValue } from './describe-value.ts'
import { wantedStreams } from './manifest.ts'

type Found = {
  streams: readonly ComparedStream[]
  unknown: readonly string[]
  consumers: readonly ComparedConsumer[]
  /** Fields that were set, by stream. */
  applied: Readonly<Record<string, readonly string[]>>
}

const inboxesIn = (manifest: readonly ManifestEntry[]): number =>
  manifest.filter(({ name }) => name.startsWith('INBOX_')).length

export type StreamsAction = 'check' | 'diff' | 'apply'

const words = { as_wanted: ['good', 'ok'], differs: ['bad', 'differs'], missing: ['bad', 'missing'] } as const

const table = ({ streams, unknown, consumers }: Found, paint: Paint): string =>
  columns([
    ...streams.map(({ name, state, owner, held, differences }) => {
      const [colour, word] = words[state]
      const more = { as_wanted: `${held.messages} messages`, missing: `${owner} makes it when it starts` }
      return [
        paint[colour](word),
        paint.bold(name),
        state === 'differs' ? differences.map(({ field }) => field).join(', ') : more[state],
      ]
    }),
    ...consumers.map(({ stream, name, state, owner, waiting, fields }) => [
      paint[words[state][0]](words[state][1]),
      paint.bold(`${stream}/${name}`),
      { as_wanted: `${waiting} waiting`, missing: `${owner} makes it when it starts`, differs: fields.join(', ') }[
        state
      ],
    ]),
    ...unknown.map((name) => [paint.careful('unknown'), paint.bold(name), 'no stream of this version; left alone']),
  ])

const differencesIn = ({ streams, applied }: Found, paint: Paint): string =>
  streams
    .filter(({ state }) => state === 'differs')
    .map(({ name, differences }) => {
      const lines = differences.map(({ field, found, wanted, isSafe, why }) => {
        const isDone = applied[name]?.includes(field) === true
        const verdict = isDone ? 'set' : isSafe ? 'can be set' : 'not set'
        return [
          `  ${field}`,
          `is ${describeValue(field, found)},`,
          `should be ${describeValue(field, wanted)}:`,
          `${paint[isSafe ? 'good' : 'careful'](verdict)}, ${why}`,
        ]
      })
      return `${paint.bold(name)}\n${columns(lines)}`
    })
    .join('')

const describe = (action: StreamsAction, found: Found, isDry: boolean, paint: Paint): string => {
  if (action === 'check') return table(found, paint)
  const missing = found.streams.filter(({ state }) => state === 'missing')
  const text =
    differencesIn(found, paint) +
    missing.map(({ name, owner }) => `${paint.bold(name)} is missing; ${owner} makes it when it starts\n`).join('')
  const others = found.consumers.filter(({ state }) => state !== 'as_wanted')
  const consumers = others
    .map(
      ({ stream, name, state, owner }) =>
        `${paint.bold(`${stream}/${name}`)} ${words[state][1]}; ${owner} sets it when it starts\n`,
    )
    .join('')
  if (text + consumers === '') return 'Every stream is as this version wants it.\n'
  return `${text}${consumers}${isDry ? 'Nothing was changed.\n' : ''}`
}

/** The server refuses by a code of its own; nothing of that stream was changed then. */
const ApiError = z.object({ code: z.number(), message: z.string() })

const applyTo = async (jetstream: JetStream, found: Found): Promise<Found> => {
  const applied: Record<string, readonly string[]> = {}
  for (const stream of found.streams) {
    const fields = await applySafe(jetstream, stream).catch((cause: unknown) => {
      const { data } = ApiError.safeParse(cause)
      throw new CliError(
        EXIT.refused,
        'stream_not_changed',
        `NATS refused to change ${stream.name}: ${data?.message}`,
        {
          cause,
          hint: `Changed before that: ${Object.keys(applied).join(', ') || 'nothing'}. Running it again goes on from there.`,
        },
      )
    })
    if (fields.length > 0) applied[stream.name] = fields
  }
  return { ...found, applied }
}

/** `kez admin streams`: what is there beside what this version wants. */
export const performStreams = (call: Call, action: StreamsAction): Promise<Report> => {
  if (call.has('dry-run') && action !== 'apply') throw usageError('--dry-run goes with apply')
  return withNats(call, async (jetstream) => {
    const manifest = wantedStreams(call.session.env)
    const look = async (): Promise<ComparedStream[]> => {
      const all: ComparedStream[] = []
      for (const entry of manifest) all.push(await compareStream(jetstream, entry, call.session.now()))
      return all
    }
    const before: Found = {
      streams: await look(),
      unknown: await unknownStreams(jetstream, manifest),
      consumers: await compareConsumers(jetstream, inboxesIn(manifest)),
      applied: {},
    }
    const isDry = call.has('dry-run')
    const found = action === 'apply' && !isDry ? await applyTo(jetstream, before) : before
    // What counts is what the server says afterwards.
    const after = found === before ? before.streams : await look()
    const isWell = call.has('before-start')
      ? after.every(({ state }) => state !== 'differs')
      : [...after, ...found.consumers].every(({ state }) => state === 'as_wanted')
    return {
      data: { action, dry_run: isDry, ...found, well: isWell },
      text: (paint) => describe(action, found, isDry, paint),
      ...(isWell ? {} : { exitCode: EXIT.refused }),
    }
  })
}
