import type { StoredMsg, StreamInfo } from '@nats-io/jetstream'
import type { Msg } from '@nats-io/nats-core'
import { LogUnavailable, messageOf } from '../errors.ts'
import type { JetStream } from '../jetstream.ts'
import { patiently } from '../patience.ts'

/** A message of a stream; `traceparent` is that of the step that published it, if its trace is kept. */
export type StoredMessage = { seq: number; data: Uint8Array; traceparent?: string | undefined }

export type LeaderQuery = { seq: number } | { seq: number; next_by_subj: string } | { last_by_subj: string }

const unreadable = (stream: string) => (cause: unknown) => {
  throw new LogUnavailable(`${stream} cannot be read: ${messageOf(cause)}`, { cause })
}

/**
 * One message from the stream's leader, which knows of every acknowledged write: the one at `seq`, the first on a subject
 * at or after `seq`, or the last on a subject. Asks again while leaders change.
 * @throws {LogUnavailable}
 */
export const readFromLeader = async (
  { jsm }: JetStream,
  stream: string,
  query: LeaderQuery,
): Promise<StoredMessage | undefined> => {
  const message: StoredMsg | null = await patiently(() =>
    jsm.streams.getMessage(stream, query).catch(unreadable(stream)),
  )
  if (message === null) return undefined
  return { seq: message.seq, data: message.data, traceparent: message.header.get('traceparent') || undefined }
}

export type Range = {
  subject: string
  /** First sequence to return, or the time from which on messages were stored. */
  from: number | Date
  /** Most messages. */
  messages: number
  /** About how many bytes; at least one message is returned however large. */
  bytes: number
}

const endOfBatch = 204
const noResults = 404

/**
 * Messages of one subject in order, by one batched direct get. Any replica may answer and may lag behind: an empty
 * answer does not prove that there is nothing; {@link readFromLeader} does.
 * @throws {LogUnavailable}
 */
export const readRange = async (
  { nc }: JetStream,
  stream: string,
  { subject, from, messages, bytes }: Range,
): Promise<StoredMessage[]> => {
  const start = typeof from === 'number' ? { seq: from } : { start_time: from.toISOString() }
  const query = JSON.stringify({ ...start, next_by_subj: subject, batch: messages, max_bytes: bytes })
  const found: StoredMessage[] = []
  try {
    const answers = await nc.requestMany(`$JS.API.DIRECT.GET.${stream}`, query, {
      strategy: 'sentinel',
      maxWait: 5_000,
    })
    for await (const answer of answers) {
      if (answer.data.length > 0) {
        // A message that the client library dropped would leave a hole: what follows it is not taken.
        if (found.length > 0 && previousOf(answer) !== found.at(-1)?.seq) return found
        const traceparent = answer.headers?.get('traceparent') || undefined
        found.push({ seq: header(answer, 'Nats-Sequence'), data: answer.data, traceparent })
        continue
      }
      const code = answer.headers?.code
      if (code === endOfBatch || code === noResults) return found
      throw new LogUnavailable(`${stream} cannot be read: ${answer.headers?.description ?? 'no stream answered'}`)
    }
  } catch (cause) {
    if (cause instanceof LogUnavailable) throw cause
    throw new LogUnavailable(`${stream} cannot be read: ${messageOf(cause)}`, { cause })
  }
  throw new LogUnavailable(`${stream} did not answer in time`)
}

const header = (message: Msg, name: string): number => Number(message.headers?.get(name))
const previousOf = (message: Msg): number => header(message, 'Nats-Last-Sequence')

/** What the leader says about a stream and one of its subjects. */
export type SubjectState = {
  /** Last sequence of the whole stream: at or above every sequence ever given to the subject. */
  streamLastSeq: number
  /** How many messages the subject holds. */
  messages: number
}

/** Asks again while leaders change. @throws {LogUnavailable} */
export const subjectState = async ({ jsm }: JetStream, stream: string, subject: string): Promise<SubjectState> => {
  const info: StreamInfo = await patiently(() =>
    jsm.streams.info(stream, { subjects_filter: subject }).catch(unreadable(stream)),
  )
  return { streamLastSeq: info.state.last_seq, messages: info.state.subjects?.[subject] ?? 0 }
}

/**
 * How many messages a stream holds under a subject with wildcards. The server lists the subjects, so it is for some thousands.
 * @throws {LogUnavailable}
 */
export const countMessages = async ({ jsm }: JetStream, stream: string, subject: string): Promise<number> => {
  try {
    const { state } = await jsm.streams.info(stream, { subjects_filter: subject })
    return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0)
  } catch (cause) {
    throw new LogUnavailable(`${stream} cannot be read: ${messageOf(cause)}`, { cause })
  }
}

/**
 * Removes the messages of one subject up to and including `through`.
 * @throws {LogUnavailable}
 */
export const removeThrough = async (
  { jsm }: JetStream,
  stream: string,
  subject: string,
  through: number,
): Promise<void> => {
  try {
    await jsm.streams.purge(stream, { filter: subject, seq: through + 1 })
  } catch (cause) {
    throw new LogUnavailable(`${stream} cannot be purged: ${messageOf(cause)}`, { cause })
  }
}
