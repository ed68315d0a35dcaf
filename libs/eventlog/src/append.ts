import { randomBytes } from 'node:crypto'
import { headers, type MsgHdrs } from '@nats-io/nats-core'
import { z } from 'zod'
import { AppendConflict, LogUnavailable, messageOf } from './errors.ts'
import type { JetStream } from './jetstream.ts'
import { encodeEvent } from './storable.ts'

/** An event on its way into the log. */
export type NewEvent = {
  /** The aggregate's literal subject. */
  subject: string
  /** Sequence of the last event on that subject as the decision saw it; 0 = there must be none. */
  expectedSeq: number
  event: object
  /** For instance `traceparent`. */
  headers?: Readonly<Record<string, string>>
}

/** Largest event, in bytes of JSON. */
export const maxEventBytes = 192 * 1024
/** Most events in one atomic batch (the server's limit). */
export const maxBatchEvents = 1_000

const Ack = z.union([
  z.object({ error: z.object({ err_code: z.int(), description: z.string() }) }),
  z.object({ stream: z.string(), seq: z.int().positive(), count: z.int().optional() }),
])
type Ack = Exclude<z.infer<typeof Ack>, { error: unknown }>

/** The last sequence of a subject is another than expected; the second is for one that is about to change. */
export const conflictCodes: readonly number[] = [10071, 10164]

const headersOf = ({ expectedSeq, headers: own = {} }: NewEvent): MsgHdrs => {
  const all = headers()
  for (const [name, value] of Object.entries(own)) all.set(name, value)
  all.set('Nats-Expected-Last-Subject-Sequence', String(expectedSeq))
  return all
}

const request = async (
  { nc }: JetStream,
  message: { subject: string; data: Uint8Array; headers: MsgHdrs },
  timeout: number,
): Promise<string> => {
  try {
    return (await nc.request(message.subject, message.data, { headers: message.headers, timeout })).string()
  } catch (cause) {
    throw new LogUnavailable(`the log did not acknowledge: ${messageOf(cause)}`, { cause })
  }
}

const readAck = (text: string): Ack => {
  const ack = Ack.parse(JSON.parse(text))
  if (!('error' in ack)) return ack
  const { err_code: code, description } = ack.error
  if (conflictCodes.includes(code)) throw new AppendConflict(`${description} (${code})`)
  throw new LogUnavailable(`the log refused: ${description} (${code})`)
}

/**
 * The one way into the log (architecture §2): each event goes onto its subject only if that subject's last sequence is
 * still the one the decision saw. One event is one publish; several are one atomic batch, all or nothing.
 *
 * The batch speaks the protocol itself: `Batch.commit` of the client library takes no expected sequence and replaces
 * the server's reason for a refusal by "batch didn't contain number of published messages".
 * @param options.timeout ms for each acknowledgement; default 5 s
 * @returns the sequence of each event
 * @throws {AppendConflict} load again and decide again
 * @throws {LogUnavailable} not acknowledged, so perhaps appended
 * @throws {EventNotStorable} before anything is sent
 */
export const append = async (
  jetstream: JetStream,
  events: readonly NewEvent[],
  options: { timeout?: number } = {},
): Promise<number[]> => {
  const { timeout = 5_000 } = options
  const messages = events.map((event) => ({
    subject: event.subject,
    data: encodeEvent(event.event, maxEventBytes),
    headers: headersOf(event),
  }))
  const [first] = messages
  if (!first) return []
  if (messages.length === 1) return [readAck(await request(jetstream, first, timeout)).seq]
  return publishBatch(jetstream, messages, timeout)
}

/** Publishes messages as one atomic batch: all are stored, one after the other, or none is. */
export const publishBatch = async (
  jetstream: JetStream,
  messages: readonly { subject: string; data: Uint8Array; headers: MsgHdrs }[],
  timeout: number,
): Promise<number[]> => {
  const id = randomBytes(16).toString('hex')
  for (const [i, message] of messages.entries()) {
    message.headers.set('Nats-Batch-Id', id)
    message.headers.set('Nats-Batch-Sequence', String(i + 1))
    if (i === messages.length - 1) break
    // Only the first and the last are answered; the first answer shows that the stream takes batches at all.
    if (i > 0) jetstream.nc.publish(message.subject, message.data, { headers: message.headers })
    else {
      const text = await request(jetstream, message, timeout)
      if (text !== '') readAck(text)
    }
  }
  const last = messages.at(-1)
  if (!last) return []
  last.headers.set('Nats-Batch-Commit', '1')
  const ack = readAck(await request(jetstream, last, timeout))
  if (ack.count !== messages.length)
    throw new LogUnavailable(`the log acknowledged ${ack.count} of ${messages.length} events`)
  return messages.map((_, i) => ack.seq - messages.length + 1 + i)
}
