import { AckPolicy, type ConsumerInfo, DeliverPolicy, JetStreamApiError } from '@nats-io/jetstream'
import { LogUnavailable, messageOf } from '../errors.ts'
import type { JetStream } from '../jetstream.ts'

/** A durable pull consumer on one subject of a stream, fetched from by somebody who may do nothing else with it. */
export type ReaderSpec = {
  stream: string
  name: string
  subject: string
  /** Where it begins when it is made now: after this sequence. */
  after: number
}

/** How far a reader is. */
export type ReaderState = { pending: number; unacknowledged: number; acknowledgedThrough: number }

const second = 1_000_000_000
const consumerNotFound = 10014

/** What one reader may cost: requests that wait, messages and bytes of one, and what is under way unacknowledged. */
const limits = {
  ack_wait: 30 * second,
  max_ack_pending: 512,
  max_waiting: 16,
  max_batch: 256,
  max_bytes: 8 * 1024 * 1024,
  max_expires: 60 * second,
  /** The server tells of every acknowledgement, by which it is known that somebody has read. */
  sample_freq: '100',
  /** Messages do not live longer in an inbox. */
  inactive_threshold: 30 * 86_400 * second,
}

const stateOf = ({ num_pending, num_ack_pending, ack_floor }: ConsumerInfo): ReaderState => ({
  pending: num_pending,
  unacknowledged: num_ack_pending,
  acknowledgedThrough: ack_floor.stream_seq,
})

const isMissing = (error: unknown): boolean => error instanceof JetStreamApiError && error.code === consumerNotFound

const unavailable = (stream: string, cause: unknown): LogUnavailable =>
  new LogUnavailable(`consumers of ${stream} cannot be reached: ${messageOf(cause)}`, { cause })

/** The state of a reader, or undefined when there is none. @throws {LogUnavailable} */
export const readerState = async (
  { jsm }: JetStream,
  { stream, name }: Pick<ReaderSpec, 'stream' | 'name'>,
): Promise<ReaderState | undefined> => {
  try {
    return stateOf(await jsm.consumers.info(stream, name))
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw unavailable(stream, cause)
  }
}

/** Makes a reader, or leaves one that is there where it stands. @throws {LogUnavailable} */
export const ensureReader = async (jetstream: JetStream, spec: ReaderSpec): Promise<ReaderState> => {
  const { stream, name, subject, after } = spec
  const there = await readerState(jetstream, spec)
  if (there) return there
  try {
    const info = await jetstream.jsm.consumers.add(stream, {
      name,
      durable_name: name,
      filter_subject: subject,
      ack_policy: AckPolicy.Explicit,
      ...(after > 0
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }
        : { deliver_policy: DeliverPolicy.All }),
      ...limits,
    })
    return stateOf(info)
  } catch (cause) {
    // Somebody else asked at the same time and made it at another place.
    const meanwhile = await readerState(jetstream, spec)
    if (meanwhile) return meanwhile
    throw unavailable(stream, cause)
  }
}

/** Removes a reader; one that is not there is removed already. @throws {LogUnavailable} */
export const removeReader = async (
  { jsm }: JetStream,
  { stream, name }: Pick<ReaderSpec, 'stream' | 'name'>,
): Promise<void> => {
  try {
    await jsm.consumers.delete(stream, name)
  } catch (cause) {
    if (!isMissing(cause)) throw unavailable(stream, cause)
  }
}
