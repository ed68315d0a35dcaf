import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { LruCache } from '@kez-chat/identity'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { deriveBoxKey } from './box-key.ts'
import { NatsJwtError } from './errors.ts'
import { decodePublicNkey, decodeSeed, encodePublicNkey, encodeSeed } from './nkey-text.ts'

const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const VERSION = Buffer.from('xkv1')
const NONCE_BYTES = 24
const TAG_BYTES = 16
const OVERHEAD = VERSION.length + NONCE_BYTES + TAG_BYTES

/** Longest sealed message opened or made, in bytes: far above what a login needs, far below what hurts. */
export const MAX_SEALED_BYTES = 128 * 1024

/** A curve nkey that seals and opens `xkv1` boxes: `"xkv1" ‖ 24-byte nonce ‖ 16-byte tag ‖ ciphertext`. */
export type Xkey = {
  /** `X…`, 56 characters. */
  readonly publicKey: string
  /**
   * Seals for the holder of a public curve nkey under a fresh random nonce.
   * @throws NatsJwtError `too_large`; `malformed`, `bad_checksum`, `wrong_kind`, `weak_key` for the recipient
   */
  readonly seal: (message: Uint8Array, recipient: string) => Uint8Array
  /**
   * Opens what the holder of a public curve nkey sealed for us.
   * @throws NatsJwtError `too_large`, `not_sealed`, `not_for_us`; `malformed`, `bad_checksum`, `wrong_kind`, `weak_key`
   * for the sender
   */
  readonly open: (sealed: Uint8Array, sender: string) => Uint8Array
}

const openBox = (key: Uint8Array, sealed: Uint8Array): Uint8Array => {
  const nonce = sealed.subarray(VERSION.length, VERSION.length + NONCE_BYTES)
  try {
    return xsalsa20poly1305(key, nonce).decrypt(sealed.subarray(VERSION.length + NONCE_BYTES))
  } catch (cause) {
    throw new NatsJwtError('not_for_us', 'the box does not open with these keys', { cause })
  }
}

/**
 * The curve nkey of a seed (`SX…`). It keeps the box keys of the 256 peers seen last, of those whose boxes opened or
 * that something was sealed for, because the key agreement costs more than the rest of the box.
 * @throws NatsJwtError `too_large`, `malformed`, `bad_checksum`, `wrong_kind`
 */
export const xkeyFromSeed = (text: string): Xkey => {
  const { seed } = decodeSeed(text, 'curve')
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const open = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  const boxKeys = new LruCache<string, Uint8Array>(256)
  const boxKey = (peer: string): Uint8Array =>
    boxKeys.get(peer) ?? deriveBoxKey(key, decodePublicNkey(peer, 'curve').key)

  return {
    publicKey: encodePublicNkey('curve', open),
    seal: (message, recipient) => {
      if (message.length + OVERHEAD > MAX_SEALED_BYTES) {
        throw new NatsJwtError('too_large', `a sealed message has at most ${MAX_SEALED_BYTES} bytes`)
      }
      const shared = boxKey(recipient)
      boxKeys.set(recipient, shared)
      const nonce = randomBytes(NONCE_BYTES)
      return Buffer.concat([VERSION, nonce, xsalsa20poly1305(shared, nonce).encrypt(message)])
    },
    open: (sealed, sender) => {
      if (sealed.length > MAX_SEALED_BYTES) {
        throw new NatsJwtError('too_large', `a sealed message has at most ${MAX_SEALED_BYTES} bytes`)
      }
      if (sealed.length < OVERHEAD || VERSION.compare(sealed, 0, VERSION.length) !== 0) {
        throw new NatsJwtError('not_sealed', 'not an xkv1 box')
      }
      const shared = boxKey(sender)
      const message = openBox(shared, sealed)
      // Only now: a stranger's made-up senders must not push out the servers' keys.
      boxKeys.set(sender, shared)
      return message
    },
  }
}

/** A new curve nkey from the system's randomness: its seed `SX…` (secret) and public key `X…`. */
export const createXkey = (): { seed: string; publicKey: string } => {
  const seed = encodeSeed('curve', randomBytes(32))
  return { seed, publicKey: xkeyFromSeed(seed).publicKey }
}
