import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { type Bytes, concat } from './bytes.ts'
import { isCanonicalAndLarge } from './ed25519-key.ts'

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const CACHED_KEYS = 4_096

// Keys that passed the checks, least recently used first. Importing a key costs about as much as a third of a verification.
const checkedKeys = new Map<string, KeyObject>()

const keyObject = (publicKey: Uint8Array): KeyObject | undefined => {
  const name = Buffer.from(publicKey).toString('latin1')
  const cached = checkedKeys.get(name)
  if (cached) {
    checkedKeys.delete(name)
    checkedKeys.set(name, cached)
    return cached
  }
  if (!isCanonicalAndLarge(publicKey)) return undefined
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
  if (checkedKeys.size >= CACHED_KEYS) {
    const [oldest] = checkedKeys.keys()
    if (oldest !== undefined) checkedKeys.delete(oldest)
  }
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
