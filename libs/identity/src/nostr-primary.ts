import { schnorr } from '@noble/curves/secp256k1.js'
import { bytesToNumberBE } from '@noble/curves/utils.js'
import { bech32 } from '@scure/base'
import type { Bytes } from './bytes.ts'
import { IdentityError } from './errors.ts'

declare const nostrBrand: unique symbol

/** An identity whose key is a nostr key: `nostr:` and the NIP-19 `npub1…` of 63 lower-case characters (protocol §1). */
export type NostrPrimary = `nostr:npub1${string}` & { readonly [nostrBrand]: true }

const PREFIX = 'nostr:'
const LENGTH = 63

/** The 32 bytes of a NIP-19 bare key, whose one spelling is lower case, or undefined. */
const decode = (kind: 'npub' | 'nsec', text: string): Bytes | undefined => {
  if (text.length !== LENGTH || text !== text.toLowerCase()) return undefined
  const decoded = bech32.decodeUnsafe(text)
  if (decoded?.prefix !== kind) return undefined
  const bytes = bech32.fromWordsUnsafe(decoded.words)
  return bytes instanceof Uint8Array && bytes.length === 32 ? Uint8Array.from(bytes) : undefined
}

/** Whether `value` is spelled as a nostr primary, its checksum included. Says nothing about the point. */
export const isNostrPrimary = (value: unknown): value is NostrPrimary =>
  typeof value === 'string' && value.startsWith(PREFIX) && decode('npub', value.slice(PREFIX.length)) !== undefined

/**
 * The primary of a 32-byte x-only secp256k1 public key.
 * @throws IdentityError `malformed` when the length is another
 */
export const nostrPrimaryOf = (publicKey: Uint8Array): NostrPrimary => {
  const primary = publicKey.length === 32 ? PREFIX + bech32.encodeFromBytes('npub', publicKey) : ''
  if (!isNostrPrimary(primary)) throw new IdentityError('malformed', 'a nostr public key is 32 bytes')
  return primary
}

/** The 32-byte x-only secp256k1 public key of a nostr primary. */
export const nostrPublicKeyOf = (primary: NostrPrimary): Bytes => {
  const publicKey = decode('npub', primary.slice(PREFIX.length))
  if (publicKey === undefined) throw new IdentityError('malformed', 'a nostr primary is nostr: and an npub')
  return publicKey
}

/** Whether 32 bytes are the x coordinate of a point of secp256k1 (BIP-340 lift_x). */
export const isSoundNostrKey = (publicKey: Uint8Array): boolean => {
  try {
    schnorr.utils.lift_x(bytesToNumberBE(publicKey))
    return true
  } catch {
    return false
  }
}

/**
 * The 32-byte secret of a NIP-19 `nsec1…`. The message never repeats what was typed.
 * @throws IdentityError `malformed`
 */
export const parseNsec = (text: string): Bytes => {
  const secret = decode('nsec', text.trim())
  if (secret === undefined)
    throw new IdentityError('malformed', 'not an nsec: 63 lower-case characters that begin with nsec1')
  return secret
}

/**
 * The NIP-19 `nsec1…` of a 32-byte secret.
 * @throws IdentityError `malformed` when the length is another
 */
export const formatNsec = (secret: Uint8Array): string => {
  if (secret.length !== 32) throw new IdentityError('malformed', 'a nostr secret key is 32 bytes')
  return bech32.encodeFromBytes('nsec', secret)
}
