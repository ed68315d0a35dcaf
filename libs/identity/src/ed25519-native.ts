import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { type Bytes, concat } from './bytes.ts'
import { isCanonicalAndLarge } from './ed25519-key.ts'
import { LruCache } from './lru-cache.ts'

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

// Keys that passed the checks: importing one costs a good part of a verification.
const checkedKeys = new LruCache<string, KeyObject>(4_096)

const keyObject = (publicKey: Uint8Array): KeyObject | undefined => {
  const name = Buffer.from(publicKey).toString('latin1')
  const cached = checkedKeys.get(name)
  if (cached) return cached
  if (!isCanonicalAndLarge(publicKey)) return undefined
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
  checkedKeys.set(name, key)
  return key
}

/**
 * Strict, cofactorless Ed25519 verification (protocol §1) on OpenSSL, which itself refuses S ≥ L and points off the
 * curve and compares R byte by byte; the remaining checks of A are made here. Answers exactly as the portable verifier.
 */
export const verifyEd25519 = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean => {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  const key = keyObject(publicKey)
  return key !== undefined && verify(null, message, key, signature)
}

/** Signs with the RFC 8032 key of a 32-byte seed. */
export const ed25519Signer = (seed: Uint8Array): ((message: Uint8Array) => Bytes) => {
  const key = createPrivateKey({ key: Buffer.from(concat(PKCS8_PREFIX, seed)), format: 'der', type: 'pkcs8' })
  return (message) => Uint8Array.from(sign(null, message, key))
}
