import { headers, type NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { conflictCodes } from '../append.ts'
import { LogUnavailable, messageOf } from '../errors.ts'
import { patiently } from '../patience.ts'

/** JetStream did not store a message and says why by a code of its own. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused'
  /** `err_code` of the JetStream API, e.g. 10071 = the expected sequence is another, 10077 = no room. */
  readonly code: number

  constructor(code: number, description: string) {
    super(description)
    this.code = code
  }
}

export const wrongLastSequence = 10071
export const noRoom = 10077
/**
 * Refusals that say nothing about the message: there is no leader, or there is much to do, or with three copies the same message or
 * the one before it is still on its way to the other two.
 */
const passing: readonly number[] = [10008, 10009, 10158, 10163, 10167]
/** Of a leader that is one no more, by the code of a full stream. */
const notLeader = /not leader|is closed|shutdown/i

/** Where a message is; `duplicate` when an earlier one had the same id and this one was not stored again. */
export type StoredAt = { seq: number; duplicate: boolean }

export type StoreOptions = {
  /** `Nats-Msg-Id`: stream-wide, within the stream's duplicate window. */
  id?: string
  /** Store only when this is the last sequence on the subject; 0 = when there is none. */
  expectedLastSeq?: number
  /** ms; default 5 s. */
  timeout?: number
  /** Of the step that publishes it, where its trace is kept (W3C). */
  traceparent?: string | undefined
}

const Ack = z.union([
  z.object({ error: z.object({ err_code: z.int(), description: z.string() }) }),
  z.object({ seq: z.int().positive(), duplicate: z.boolean().optional() }),
])

const refusalOf = ({ err_code, description }: { err_code: number; description: string }): Error => {
  if (passing.includes(err_code) || (err_code === noRoom && notLeader.test(description)))
    return new LogUnavailable(`JetStream cannot store right now: ${description} (${err_code})`)
  return new StoreRefused(conflictCodes.includes(err_code) ? wrongLastSequence : err_code, description)
}

const publish = async (
  nc: NatsConnection,
  subject: string,
  data: string | Uint8Array,
  fields: readonly (readonly [string, string])[],
  timeout: number,
): Promise<StoredAt> => {
  const hdrs = headers()
  for (const [name, value] of fields) hdrs.set(name, value)
  let text: string
  try {
    text = (await nc.request(subject, data, { headers: hdrs, timeout })).string()
  } catch (cause) {
    throw new LogUnavailable(`JetStream did not acknowledge: ${messageOf(cause)}`, { cause })
  }
  const ack = Ack.parse(JSON.parse(text))
  if ('error' in ack) throw refusalOf(ack.error)
  return { seq: ack.seq, duplicate: ack.duplicate === true }
}

/** A leader that dies takes what is under way along without a word; it is not waited for to the end. */
const firstAttempt = 2_000

/**
 * Publishes to a stream and resolves with JetStream's acknowledgement, and only with that: the message is on disk. With an id it
 * is sent again within the timeout, since it is stored once however often it comes: so a change of leaders is a delay and no
 * failure.
 * @throws {StoreRefused} it is not stored
 * @throws {LogUnavailable} no acknowledgement in time; it may be stored
 */
export const storeMessage = (
  nc: NatsConnection,
  subject: string,
  data: string | Uint8Array,
  { id, expectedLastSeq, timeout = 5_000, traceparent }: StoreOptions = {},
): Promise<StoredAt> => {
  const fields: [string, string][] = []
  if (id !== undefined) fields.push(['Nats-Msg-Id', id])
  if (expectedLastSeq !== undefined) fields.push(['Nats-Expected-Last-Subject-Sequence', String(expectedLastSeq)])
  if (traceparent !== undefined) fields.push(['traceparent', traceparent])
  if (id === undefined) return publish(nc, subject, data, fields, timeout)
  const until = performance.now() + timeout
  let attempt = firstAttempt
  return patiently(() => {
    const left = Math.max(1, until - performance.now())
    const within = Math.min(left, attempt)
    attempt *= 2
    return publish(nc, subject, data, fields, within)
  }, timeout)
}

const rollupRefused = 10111

/**
 * Whether a message of that id was stored within the duplicate window, without storing anything: the server looks for duplicates
 * before it looks whether the message may take the place of others, and it may not, since there is no such way of doing it. With
 * three copies both are looked at before the other two are told. What is only looked at by each copy for itself is nothing to ask
 * by: `Nats-Expected-Last-Msg-Id` halts a stream of three copies on all nodes (nats-server 2.15.1).
 * @throws {LogUnavailable}
 */
export const findStored = async (
  nc: NatsConnection,
  subject: string,
  id: string,
  timeout = 5_000,
): Promise<StoredAt | undefined> => {
  const fields = [
    ['Nats-Msg-Id', id],
    ['Nats-Rollup', 'none'],
  ] as const
  try {
    return await publish(nc, subject, '', fields, timeout)
  } catch (error) {
    if (error instanceof StoreRefused && error.code === rollupRefused) return undefined
    if (error instanceof StoreRefused) throw new LogUnavailable(error.message, { cause: error })
    throw error
  }
}
