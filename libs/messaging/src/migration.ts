import { parseTimestamp } from '@kez-chat/identity'
import { asMessageErrors } from './identity-errors.ts'

/**
 * Whether what only old clients send still counts (protocol §3, §4): envelopes of version 1, and acknowledgements
 * without a signature.
 * @param until the setting `migration_until`, RFC 3339 UTC; unset means no
 * @param now unix milliseconds
 * @throws MessageError `malformed`
 */
export const isMigrating = (until: string | undefined, now: number): boolean =>
  until !== undefined && now < asMessageErrors(() => parseTimestamp(until))
