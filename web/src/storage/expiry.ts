import type { Body } from '@kez-chat/messaging'

/** When a message of this body, written at `sentAt`, vanishes: unix ms. */
export const expiryOf = (body: Body, sentAt: number): number | undefined =>
  'ttl' in body && body.ttl !== undefined ? sentAt + body.ttl * 1_000 : undefined
