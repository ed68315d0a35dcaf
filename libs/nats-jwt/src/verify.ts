import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { isCanonicalAndLarge, LruCache } from '@kez-chat/identity'
import { NatsJwtError } from './errors.ts'
import { decodePublicNkey, type NkeyKind } from './nkey-text.ts'

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Kinds of nkeys that sign; curve keys only seal. */
export type SigningKind = Exclude<NkeyKind, 'curve'>

const importKey = (nkey: string, kind: SigningKind): KeyObject => {
  const { key } = decodePublicNkey(nkey, kind)
  // Whether it is on the curve is left to OpenSSL.
  if (!isCanonicalAndLarge(key)) throw new NatsJwtError('weak_key', 'the public key is not canonical or of small order')
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, key]), format: 'der', type: 'spki' })
}

// Servers and accounts are few and come back with each login; a connection's user nkey comes once and is not kept.
const knownIssuers = new LruCache<string, KeyObject>(256)

/**
 * Whether `signature` is the nkey's Ed25519 signature (64 bytes) over `message`.
 * @param nkey public nkey of the given kind
 * @throws NatsJwtError `too_large`, `malformed`, `bad_checksum`, `wrong_kind`, `weak_key` for the nkey
 */
export const verifyNkey = (nkey: string, kind: SigningKind, message: Uint8Array, signature: Uint8Array): boolean => {
  const name = `${kind}:${nkey}`
  const known = knownIssuers.get(name)
  const key = known ?? importKey(nkey, kind)
  const holds = signature.length === 64 && verify(null, message, key, signature)
  if (holds && !known && kind !== 'user') knownIssuers.set(name, key)
  return holds
}
