import { KIND_AUTH, type NostrEvent, tagValues } from '@kez-chat/messaging/nostr'
import type { VerifyPool } from '../verify/pool.ts'
import { isSameRelay } from './rules.ts'

const skew = 600

/**
 * Whether an event answers our challenge (NIP-42), made for this relay and just now, by the key that it names; why not, else.
 */
export const checkAuth = async (
  event: NostrEvent,
  { challenge, url, now }: { challenge: string; url: string; now: number },
  pool: Pick<VerifyPool, 'verify'>,
): Promise<string | undefined> => {
  if (event.kind !== KIND_AUTH) return 'invalid: AUTH carries an event of kind 22242'
  if (tagValues(event, 'challenge').join() !== challenge) return 'invalid: answers another challenge'
  const [relay = '', ...others] = tagValues(event, 'relay')
  if (others.length > 0 || !isSameRelay(relay, url)) return 'invalid: made for another relay'
  if (Math.abs(event.created_at - now / 1_000) > skew) return 'invalid: dated more than 10 minutes from now'
  const valid = await pool.verify(event).catch(() => undefined)
  if (valid === undefined) return 'error: it could not be verified; try again'
  return valid ? undefined : 'invalid: id or signature is wrong'
}
