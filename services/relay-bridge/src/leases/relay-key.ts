import { createHash } from 'node:crypto'

/** The key of a relay in the buckets about relays; its URL has characters that keys must not have. */
export const relayKeyOf = (url: string): string => createHash('sha256').update(url).digest('hex')
