import { generateKeyPairSync } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const prefixSeed = 18 << 3
const prefixUser = 20 << 3

const base32 = (bytes: Uint8Array): string => {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      text += alphabet[(value >>> (bits - 5)) & 31]
      bits -= 5
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

/** CRC-16/XMODEM, little-endian behind the payload, as nkeys have it. */
const withChecksum = (payload: Uint8Array): Uint8Array => {
  let crc = 0
  for (const byte of payload) {
    crc ^= byte << 8
    for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return Uint8Array.from([...payload, crc & 0xff, crc >>> 8])
}

/** An nkey of a NATS user: seed `SU…` (58 characters, secret) and public key `U…` (56 characters). */
export type UserNkey = { seed: string; publicKey: string }

/** Makes a new user nkey from the system's randomness. */
export const createUserNkey = (): UserNkey => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32)
  const open = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    seed: base32(withChecksum(Uint8Array.from([prefixSeed | (prefixUser >> 5), (prefixUser & 31) << 3, ...secret]))),
    publicKey: base32(withChecksum(Uint8Array.from([prefixUser, ...open]))),
  }
}
