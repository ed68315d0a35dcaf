import type { Body } from './body.ts'

/**
 * When a message of this body vanishes (protocol §3): `sentAt` and the result in unix milliseconds; undefined when it does
 * not.
 */
export const expiryOf = (body: Body, sentAt: number): number | undefined =>
  'ttl' in body && body.ttl !== undefined ? sentAt + body.ttl * 1_000 : undefined
