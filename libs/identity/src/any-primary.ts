import { IdentityError } from './errors.ts'
import { normaliseIdentifier } from './identifier.ts'
import { isNostrPrimary, type NostrPrimary } from './nostr-primary.ts'
import { isPrimaryId, type PrimaryId } from './primary-id.ts'

/** An identity of either kind (protocol §1): claims and sigchains know both, chat only `PrimaryId`. */
export type AnyPrimary = PrimaryId | NostrPrimary

/** Whether `value` is spelled as a primary of either kind. */
export const isAnyPrimary = (value: unknown): value is AnyPrimary => isPrimaryId(value) || isNostrPrimary(value)

/**
 * A primary of either kind as it stands in a signed document: strict.
 * @throws IdentityError `malformed`
 */
export const parseAnyPrimary = (text: string): AnyPrimary => {
  if (isAnyPrimary(text)) return text
  throw new IdentityError('malformed', 'a primary is ed25519: and 64 lower-case hex digits, or nostr: and an npub')
}

/**
 * A primary of either kind as a person pastes it: space around it and upper case are forgiven, `nostr:` may be followed
 * by the key as 64 hex digits.
 * @throws IdentityError `malformed`
 */
export const normaliseAnyPrimary = (text: string): AnyPrimary => parseAnyPrimary(normaliseIdentifier(text))
