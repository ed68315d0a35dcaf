import { IdentityError } from './errors.ts'
import { SYSTEMS } from './identifier-systems.ts'

/** A KEZ identifier `system:value` (protocol §1); the system is never optional. */
export interface Identifier {
  /** Lower case, for instance `ed25519`, `nostr`, `github`, `dns`, `web`, `bluesky`, `ap`. */
  readonly system: string
  readonly value: string
}

const MAX_LENGTH = 512
const SYSTEM = /^[a-z][a-z0-9+.-]{0,31}$/
// Printable and unspaced: an identifier is shown to people, signed, and used in lines of text.
const VALUE = /^[^\s\p{C}]+$/u
const ALIASES: ReadonlyMap<string, string> = new Map([['mastodon', 'ap']])

const malformed = (message: string): IdentityError => new IdentityError('malformed', message)

const split = (text: string): Identifier => {
  const colon = text.indexOf(':')
  const system = text.slice(0, Math.max(colon, 0))
  const value = text.slice(colon + 1)
  if (text.length > MAX_LENGTH || !SYSTEM.test(system) || !VALUE.test(value)) {
    throw malformed('an identifier is system:value, of at most 512 printable characters')
  }
  return { system: ALIASES.get(system) ?? system, value }
}

/**
 * Reads an identifier in whatever spelling its system allows, as it stands in a signed document. Values of systems
 * that this library does not know are carried as they are.
 * @returns its one normal form; two identifiers are the same exactly when their normal forms are
 * @throws IdentityError `malformed`
 */
export const parseIdentifier = (text: string): Identifier => {
  const { system, value } = split(text)
  const known = SYSTEMS.get(system)
  if (known === undefined) return { system, value }
  const normal = known.normal(value)
  if (normal === undefined)
    throw malformed(`${/^[ae]/.test(system) ? 'an' : 'a'} ${system}: identifier is ${known.grammar}`)
  return { system, value: normal }
}

/** `system:value`. */
export const formatIdentifier = ({ system, value }: Identifier): string => `${system}:${value}`

/**
 * Reads an identifier as a person types it: besides what `parseIdentifier` allows, space around it and upper case in
 * the system are forgiven.
 * @returns the normal form: what to sign, to compare and to show
 * @throws IdentityError `malformed`
 */
export const normaliseIdentifier = (text: string): string => {
  if (text.length > MAX_LENGTH) throw malformed('an identifier is at most 512 characters long')
  const trimmed = text.trim()
  const colon = Math.max(trimmed.indexOf(':'), 0)
  return formatIdentifier(parseIdentifier(trimmed.slice(0, colon).toLowerCase() + trimmed.slice(colon)))
}
