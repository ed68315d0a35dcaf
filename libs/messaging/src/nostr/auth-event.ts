import { MessageError } from '../errors.ts'
import type { TransportKey } from '../transport-key.ts'
import type { NostrEvent } from './event.ts'
import { KIND_AUTH } from './kinds.ts'
import { normalizeRelayUrl } from './relay-url.ts'
import { signEvent, verifyNostrEvent } from './sign-event.ts'
import { onlyTag } from './tags.ts'

const MAX_CHALLENGE_LENGTH = 512
const AUTH_SKEW_MS = 10 * 60_000

/** What a relay asked to be signed. */
export interface AuthChallenge {
  /** The URL of the relay as the one who connects knows it. */
  readonly relay: string
  readonly challenge: string
}

/**
 * The answer to a relay's AUTH (NIP-42).
 * @param at unix milliseconds
 * @throws MessageError `malformed`, `too_large`
 */
export const createAuthEvent = ({ relay, challenge }: AuthChallenge, at: number, key: TransportKey): NostrEvent => {
  if (challenge === '' || challenge.length > MAX_CHALLENGE_LENGTH) {
    throw new MessageError('malformed', `a challenge has 1 to ${MAX_CHALLENGE_LENGTH} characters`)
  }
  const tags = [
    ['relay', normalizeRelayUrl(relay)],
    ['challenge', challenge],
  ]
  return signEvent({ kind: KIND_AUTH, tags, content: '' }, at, key)
}

/**
 * Whether an event is an answer to a relay's challenge, but for its id and signature, which are for the caller to check.
 * @param asked.isRelay whether the URL that the event names is the relay
 * @param now unix milliseconds; the answer is at most 10 minutes from it
 * @throws MessageError `wrong_kind`, `malformed`, `wrong_event` (another challenge or relay), `too_old`, `too_new`
 */
export const checkAuthTerms = (
  event: NostrEvent,
  asked: { readonly challenge: string; readonly isRelay: (url: string) => boolean },
  now: number,
): void => {
  if (event.kind !== KIND_AUTH) throw new MessageError('wrong_kind', `an authentication is of kind ${KIND_AUTH}`)
  if (onlyTag(event, 'challenge') !== asked.challenge) {
    throw new MessageError('wrong_event', 'answers another challenge')
  }
  if (!asked.isRelay(onlyTag(event, 'relay') ?? '')) throw new MessageError('wrong_event', 'made for another relay')
  const at = event.created_at * 1_000
  if (at < now - AUTH_SKEW_MS) throw new MessageError('too_old', 'dated more than 10 minutes back')
  if (at > now + AUTH_SKEW_MS) throw new MessageError('too_new', 'dated more than 10 minutes ahead')
}

/**
 * Believes that whoever answered a relay's challenge holds the key (NIP-42).
 * @param now unix milliseconds; the answer is at most 10 minutes from it
 * @returns the public key that is now known, hex
 * @throws MessageError `wrong_kind`, `malformed`, `wrong_event` (another challenge or relay), `too_old`, `too_new`,
 * `wrong_id`, `invalid_signature`
 */
export const checkAuthEvent = (event: NostrEvent, { relay, challenge }: AuthChallenge, now: number): string => {
  const isRelay = (url: string): boolean => normalizeRelayUrl(url) === normalizeRelayUrl(relay)
  checkAuthTerms(event, { challenge, isRelay }, now)
  verifyNostrEvent(event)
  return event.pubkey
}
