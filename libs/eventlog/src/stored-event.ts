import type { MsgHdrs } from '@nats-io/nats-core'
import { PoisonEvent } from './errors.ts'

/** An event as the log holds it. */
export type StoredEvent = {
  subject: string
  seq: number
  /** When the server stored it: nanoseconds since 1970. */
  timeNs: bigint
  data: Uint8Array
  headers: Readonly<Record<string, readonly string[]>>
}

/** Headers as plain data. */
export const plainHeaders = (headers: MsgHdrs | undefined): StoredEvent['headers'] =>
  Object.fromEntries(headers ? [...headers].map(([name, values]) => [name, values]) : [])

/** RFC 3339 with up to nine digits of a second, as the server writes it, in nanoseconds since 1970. */
export const nanosOf = (timestamp: string): bigint => {
  const [, seconds = '', fraction = ''] = /^(.*?)(?:\.(\d{1,9}))?Z$/.exec(timestamp) ?? []
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** The same time to the millisecond, as timestamps are written. */
export const nanosToText = (timeNs: bigint): string => new Date(Number(timeNs / 1_000_000n)).toISOString()

/**
 * The JSON in an event.
 * @throws {PoisonEvent} when it is not JSON in UTF-8
 */
export const eventJson = (event: Pick<StoredEvent, 'data' | 'seq'>): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(event.data))
  } catch (cause) {
    throw new PoisonEvent(`event ${event.seq} is not JSON`, { cause })
  }
}
