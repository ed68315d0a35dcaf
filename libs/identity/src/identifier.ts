import { IdentityError } from './errors.ts'

/** A KEZ identifier `system:value` (protocol §1); the system is never optional. */
export interface Identifier {
  /** Lower case, for instance `ed25519`, `nostr`, `github`, `dns`, `ap`. */
  readonly system: string
  readonly value: string
}

const MAX_LENGTH = 512
const SYSTEM = /^[a-z][a-z0-9+.-]{0,31}$/
// Printable and unspaced: an identifier is shown to people, signed, and used in lines of text.
const VALUE = /^[^\s\p{C}]+$/u

/**
 * Reads an identifier as it stands in a signed document: nothing is repaired. Systems this library does not know are
 * carried as they are.
 * @throws IdentityError `malformed`
 */
export const parseIdentifier = (text: string): Identifier => {
  const colon = text.indexOf(':')
  const system = text.slice(0, Math.max(colon, 0))
  const value = text.slice(colon + 1)
  if (text.length > MAX_LENGTH || !SYSTEM.test(system) || !VALUE.test(value)) {
    throw new IdentityError('malformed', 'an identifier is system:value, of at most 512 printable characters')
  }
  return { system, value }
}

const CASE_INSENSITIVE = new Set(['ed25519', 'nostr', 'github', 'dns', 'bluesky', 'ap'])

/**
 * Reads an identifier as a person types it: space around it goes, the system and the values of systems that do not
 * distinguish case become lower case, `mastodon:` becomes `ap:`.
 * @returns the one spelling to sign and compare
 * @throws IdentityError `malformed`
 */
export const normaliseIdentifier = (text: string): string => {
  if (text.length > MAX_LENGTH) throw new IdentityError('malformed', 'an identifier is at most 512 characters long')
  const trimmed = text.trim()
  const colon = trimmed.indexOf(':')
  const typed = colon < 0 ? '' : trimmed.slice(0, colon).toLowerCase()
  const system = typed === 'mastodon' ? 'ap' : typed
  const value = trimmed.slice(colon + 1)
  const normal = `${system}:${CASE_INSENSITIVE.has(system) ? value.toLowerCase() : value}`
  parseIdentifier(normal)
  return normal
}
