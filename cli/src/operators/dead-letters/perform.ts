import {
  commandSubject,
  type DeadLetter,
  DeadLetterDone,
  DeadLetterId,
  DomainError,
  streamName,
} from '@kez-chat/contracts'
import { findDeadLetter, type JetStream, LogUnavailable } from '@kez-chat/eventlog'
import { requestCommand } from '@kez-chat/runtime'
import type { Call, Report } from '../../command.ts'
import { CliError, EXIT, usageError } from '../../errors.ts'
import { printable } from '../../output/printable.ts'
import { fields, table } from '../../output/table.ts'
import { withNats } from '../reach-nats.ts'

/** A full stream holds more than a person reads. */
const mostListed = 500
const answersWithin = 15_000

const idOf = ({ reaction, stream, seq }: DeadLetterId): string => `${reaction}/${stream}/${seq}`

const parseId = (text: string): DeadLetterId => {
  const [reaction, stream, seq, ...more] = text.split('/')
  const { data } = DeadLetterId.safeParse({ reaction, stream, seq: /^\d{1,16}$/.test(seq ?? '') ? Number(seq) : seq })
  if (data && more.length === 0) return data
  throw usageError('an id is what list shows, like push/INBOX_0/1234')
}

/** Those there are, oldest sequence first; `total` counts those beyond the most that are listed. */
const readAll = async (jetstream: JetStream): Promise<{ letters: DeadLetter[]; total: number }> => {
  const { jsm } = jetstream
  const { state } = await jsm.streams.info(streamName.deadLetters, { subjects_filter: 'dead.>' })
  const ids = Object.keys(state.subjects ?? {}).flatMap((subject) => {
    const [, reaction, stream, seq] = subject.split('.')
    const { data } = DeadLetterId.safeParse({ reaction, stream, seq: Number(seq) })
    return data ? [data] : []
  })
  const letters: DeadLetter[] = []
  for (const id of ids.toSorted((a, b) => a.seq - b.seq).slice(0, mostListed)) {
    const found = await findDeadLetter(jetstream, id)
    if (found) letters.push(found.letter)
  }
  return { letters, total: ids.length }
}

const list = async (jetstream: JetStream): Promise<Report> => {
  const { letters, total } = await readAll(jetstream)
  const rows = letters.map((letter) => [
    idOf(letter),
    letter.given_up_at,
    String(letter.deliveries),
    printable(letter.reason).slice(0, 80),
  ])
  return {
    data: { total, letters: letters.map((letter) => ({ id: idOf(letter), ...letter })) },
    text: (paint) =>
      total === 0
        ? 'There are no dead letters.\n'
        : table(paint, ['id', 'given up', 'tried', 'reason'], rows) +
          (total > letters.length ? `and ${total - letters.length} more\n` : ''),
  }
}

const notThere = (id: DeadLetterId): CliError =>
  new CliError(EXIT.refused, 'not_found', `there is no dead letter ${idOf(id)}`, {
    hint: 'kez admin dead-letters list shows those there are.',
  })

const show = async (jetstream: JetStream, id: DeadLetterId): Promise<Report> => {
  const found = await findDeadLetter(jetstream, id)
  if (!found) throw notThere(id)
  const { letter } = found
  return {
    data: { id: idOf(letter), ...letter },
    text: (paint) =>
      fields(paint, [
        ['id', idOf(letter)],
        ['about', printable(letter.subject)],
        ['size', `${letter.bytes} bytes`],
        ['stored', letter.stored_at],
        ['given up', `${letter.given_up_at}, tried ${letter.deliveries} times`],
        ['reason', printable(letter.reason)],
      ]),
  }
}

const change = async ({ nc }: JetStream, op: 'retry' | 'drop', id: DeadLetterId): Promise<string> => {
  const subject = id.reaction === 'push' ? commandSubject.pushDeadLetter : commandSubject.registryDeadLetter
  try {
    return (await requestCommand(nc, subject, { op, ...id }, DeadLetterDone, answersWithin)).outcome
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    if (error.code === 'not_found') throw new CliError(EXIT.refused, 'not_found', error.message)
    if (error.code === 'conflict')
      throw new CliError(EXIT.refused, 'failed_again', `${idOf(id)}: ${error.message}`, {
        hint: 'It stays among the dead letters. The log of the service says more.',
      })
    const service = id.reaction === 'push' ? 'push' : 'registry'
    throw new CliError(EXIT.network, 'unreachable', `${service}, which deals with ${id.reaction}, did not answer`, {
      cause: error,
      hint: 'Is it running? Nothing was changed.',
    })
  }
}

const changeAll = async (jetstream: JetStream, op: 'retry' | 'drop', ids: readonly DeadLetterId[]): Promise<Report> => {
  const results: { id: string; outcome: string; reason?: string }[] = []
  for (const id of ids) {
    try {
      results.push({ id: idOf(id), outcome: await change(jetstream, op, id) })
    } catch (error) {
      if (ids.length === 1 || !(error instanceof CliError) || error.exitCode !== EXIT.refused) throw error
      results.push({ id: idOf(id), outcome: error.code, reason: error.message })
    }
  }
  const isWell = results.every(({ outcome }) => outcome === 'handled' || outcome === 'dropped')
  return {
    data: { results },
    text: () =>
      results.length === 0
        ? 'There are no dead letters.\n'
        : results
            .map(({ id, outcome, reason }) => `${id}  ${outcome}${reason ? `: ${printable(reason)}` : ''}\n`)
            .join(''),
    ...(isWell ? {} : { exitCode: EXIT.refused }),
  }
}

const unavailable = (cause: unknown): CliError =>
  new CliError(EXIT.network, 'nats_unavailable', 'NATS did not answer about the dead letters', { cause })

export type DeadLettersAction = 'list' | 'show' | 'retry' | 'drop'

/** `kez admin dead-letters`. */
export const performDeadLetters = (
  call: Call,
  action: DeadLettersAction,
  given: string | undefined,
): Promise<Report> => {
  const all = call.has('all')
  if (all && (given !== undefined || action === 'show' || action === 'list'))
    throw usageError('--all goes with retry or drop, in place of an id')
  if (action !== 'list' && !all && given === undefined) throw usageError('say which one, or --all')
  if (action === 'drop' && !call.has('yes'))
    throw usageError('what is dropped is never done: say --yes if that is what you want')
  const id = given === undefined ? undefined : parseId(given)
  return withNats(call, async (jetstream) => {
    try {
      if (action === 'list') return await list(jetstream)
      if (action === 'show') return await show(jetstream, id ?? parseId(''))
      return await changeAll(jetstream, action, id ? [id] : (await readAll(jetstream)).letters)
    } catch (error) {
      throw error instanceof LogUnavailable ? unavailable(error) : error
    }
  })
}
