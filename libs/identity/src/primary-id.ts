import type { Bytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { fromHex, isHex, toHex } from './hex.ts'
import { normaliseIdentifier } from './identifier.ts'

declare const primaryBrand: unique symbol

/** The identity of a person in chat: `ed25519:` and the public key as 64 lower-case hex digits (protocol §1). */
export type PrimaryId = `ed25519:${string}` & { readonly [primaryBrand]: true }

const PREFIX = 'ed25519:'

/** Whether `value` is spelled as a primary. Says nothing about the key: see `checkPublicKey`. */
export const isPrimaryId = (value: unknown): value is PrimaryId =>
  typeof value === 'string' && value.startsWith(PREFIX) && isHex(value.slice(PREFIX.length), 32)

/**
 * A primary as it stands in a signed document: strict.
 * @throws IdentityError `malformed`
 */
export const parsePrimary = (text: string): PrimaryId => {
  if (!isPrimaryId(text)) throw new IdentityError('malformed', 'a primary is ed25519: and 64 lower-case hex digits')
  return text
}

/**
 * A primary as a person pastes it: space around it and upper case are forgiven.
 * @throws IdentityError `malformed`
 */
export const normalisePrimary = (text: string): PrimaryId => parsePrimary(normaliseIdentifier(text))

/**
 * The primary of a 32-byte Ed25519 public key.
 * @throws IdentityError `malformed` when the length is another
 */
export const primaryOf = (publicKey: Uint8Array): PrimaryId => parsePrimary(PREFIX + toHex(publicKey))

/** The 64 hex digits of a primary: the token used in bus subjects and paths. */
export const primaryHex = (primary: PrimaryId): string => primary.slice(PREFIX.length)

/** The 32-byte Ed25519 public key of a primary. */
export const publicKeyOf = (primary: PrimaryId): Bytes => fromHex(primaryHex(primary), 32)
