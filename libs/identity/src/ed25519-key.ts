import { ed25519 } from '@noble/curves/ed25519.js'
import { IdentityError } from './errors.ts'
import { toHex } from './hex.ts'

// The x = 0 encodings with the sign bit set are not canonical either, but no comparison with p finds them.
const SMALL_ORDER = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
])

/** Hardly any key begins like one of them, so hardly any has to be spelled out to be compared. */
const beginsLikeSmallOrder = new Set([...SMALL_ORDER].map((hex) => Number.parseInt(hex.slice(0, 2), 16)))

const isSmallOrder = (key: Uint8Array): boolean => beginsLikeSmallOrder.has(key[0] ?? 0) && SMALL_ORDER.has(toHex(key))

/** Whether y < p = 2^255 − 19, for a 32-byte little-endian encoding with the sign in its top bit. */
const isCanonical = (key: Uint8Array): boolean => {
  if (((key[31] ?? 0) & 0x7f) !== 0x7f) return true
  for (let i = 30; i > 0; i--) if (key[i] !== 0xff) return true
  return (key[0] ?? 0) < 0xed
}

/**
 * The checks of a public key that need no arithmetic: 32 bytes, canonical, not of small order. Whether the point is on
 * the curve is left to whoever decodes it.
 */
export const isCanonicalAndLarge = (key: Uint8Array): boolean =>
  key.length === 32 && isCanonical(key) && !isSmallOrder(key)

/** Whether a public key is canonical, on the curve and not of small order (protocol §1). */
export const isSoundPublicKey = (key: Uint8Array): boolean => {
  try {
    return !ed25519.Point.fromBytes(key, false).isSmallOrder()
  } catch {
    return false
  }
}

/**
 * Refuses a public key that is not canonical, not on the curve or of small order (protocol §1). Done before a signature
 * is believed and before a key is converted to X25519.
 * @throws IdentityError `weak_key`
 */
export const checkPublicKey = (key: Uint8Array): void => {
  if (!isSoundPublicKey(key)) {
    throw new IdentityError('weak_key', 'the public key is not canonical, not on the curve, or of small order')
  }
}
