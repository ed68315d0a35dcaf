import { MessageError } from '@kez-chat/messaging'
import { checkAuthTerms, type NostrEvent } from '@kez-chat/messaging/nostr'
import type { VerifyPool } from '../verify/pool.ts'
import { isSameRelay } from './rules.ts'

/**
 * Whether an event answers our challenge (NIP-42), made for this relay and just now, by the key that it names; why not, else.
 */
export const checkAuth = async (
  event: NostrEvent,
  { challenge, url, now }: { challenge: string; url: string; now: number },
  pool: Pick<VerifyPool, 'verify'>,
): Promise<string | undefined> => {
  try {
    checkAuthTerms(event, { challenge, isRelay: (relay) => isSameRelay(relay, url) }, now)
  } catch (error) {
    if (error instanceof MessageError) return `invalid: ${error.message}`
    throw error
  }
  const valid = await pool.verify(event).catch(() => undefined)
  if (valid === undefined) return 'error: it could not be verified; try again'
  return valid ? undefined : 'invalid: id or signature is wrong'
}
