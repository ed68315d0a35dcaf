import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { type Bytes, concat, equalBytes } from './bytes.ts'

const { Point } = ed25519

/**
 * Strict, cofactorless Ed25519 verification (protocol §1): A canonical, on the curve, not of small order; S < L;
 * enc([S]B − [k]A) equals the R bytes. The library's own `verify` multiplies by the cofactor, so it is not used.
 * All inputs are public: the time taken depends on them.
 */
export const verifyEd25519 = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean => {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  const r = signature.subarray(0, 32)
  const s = bytesToNumberLE(signature.subarray(32))
  if (s >= Point.Fn.ORDER) return false
  try {
    const a = Point.fromBytes(publicKey, false)
    if (a.isSmallOrder()) return false
    const k = Point.Fn.create(bytesToNumberLE(sha512(concat(r, publicKey, message))))
    return equalBytes(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes(), r)
  } catch {
    return false
  }
}

/** Signs with the RFC 8032 key of a 32-byte seed. */
export const ed25519Signer = (seed: Uint8Array): ((message: Uint8Array) => Bytes) => {
  const secret = Uint8Array.from(seed)
  return (message) => ed25519.sign(message, secret)
}
