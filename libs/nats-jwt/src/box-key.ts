import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { hsalsa } from '@noble/ciphers/salsa.js'
import { NatsJwtError } from './errors.ts'

const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

const words = (bytes: Uint8Array): Uint32Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true))
}

const SIGMA = words(Buffer.from('expand 32-byte k'))

/**
 * The key of a NaCl box between two curve keys: HSalsa20 of their X25519 shared secret and 16 zero bytes; 32 bytes.
 * @throws NatsJwtError `weak_key` when the shared secret would be all zero
 */
export const deriveBoxKey = (privateKey: KeyObject, publicKey: Uint8Array): Uint8Array => {
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
  const out = new Uint32Array(8)
  hsalsa(SIGMA, words(sharedSecret(privateKey, key)), new Uint32Array(4), out)
  const bytes = Buffer.alloc(32)
  for (const [i, word] of out.entries()) bytes.writeUInt32LE(word, 4 * i)
  return bytes
}

const sharedSecret = (privateKey: KeyObject, publicKey: KeyObject): Uint8Array => {
  try {
    return diffieHellman({ privateKey, publicKey })
  } catch (cause) {
    // OpenSSL refuses the points of small order, whose shared secret is all zero.
    throw new NatsJwtError('weak_key', 'the curve key is of small order', { cause })
  }
}
