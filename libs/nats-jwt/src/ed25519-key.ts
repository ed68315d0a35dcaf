// The points of small order whose y is below p, and the x = 0 ones once more with the sign bit set (not canonical).
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

/** Whether y < p = 2^255 − 19, for a 32-byte little-endian encoding with the sign in its top bit. */
const isCanonical = (key: Uint8Array): boolean => {
  if (((key[31] ?? 0) & 0x7f) !== 0x7f) return true
  for (let i = 30; i > 0; i--) if (key[i] !== 0xff) return true
  return (key[0] ?? 0) < 0xed
}

/** The checks of a public key that OpenSSL leaves out (protocol §1): canonical and not of small order. */
export const isSoundPublicKey = (key: Uint8Array): boolean =>
  isCanonical(key) && !SMALL_ORDER.has(Buffer.from(key.buffer, key.byteOffset, key.length).toString('hex'))
