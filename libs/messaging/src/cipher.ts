import { type Bytes, concat } from '@kez-chat/identity'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { MessageError } from './errors.ts'

const LABEL = 'kez-chat-msg-v2'

/** What both ends know of one sealed message. */
export interface CipherContext {
  /** X25519 shared secret, 32 bytes. */
  readonly shared: Uint8Array
  /** Ephemeral X25519 public key, 32 bytes. */
  readonly eph: Uint8Array
  /** 12 bytes. */
  readonly nonce: Bytes
  /** The recipient's Ed25519 public key, 32 bytes. */
  readonly recipient: Uint8Array
  /** The recipient's X25519 public key, 32 bytes. */
  readonly recipientExchange: Uint8Array
}

// AES-GCM by WebCrypto rather than @noble/ciphers: constant time on the hardware's AES, nothing to download, and the
// app needs a secure context for its vault and service worker anyway, so `crypto.subtle` is always there.
const prepare = async (context: CipherContext, usage: 'encrypt' | 'decrypt') => {
  const { shared, eph, nonce, recipient, recipientExchange } = context
  const raw = Uint8Array.from(hkdf(sha256, shared, nonce, concat(LABEL, eph, recipientExchange), 32))
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [usage])
  const additionalData = concat(LABEL, eph, nonce, recipient)
  return { key, algorithm: { name: 'AES-GCM', iv: nonce, additionalData, tagLength: 128 } }
}

/** AES-256-GCM under the key of protocol §3: ciphertext ‖ 16-byte tag. */
export const encrypt = async (context: CipherContext, plaintext: Bytes): Promise<Bytes> => {
  const { key, algorithm } = await prepare(context, 'encrypt')
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plaintext))
}

/**
 * The reverse of `encrypt`.
 * @throws MessageError `undecryptable`
 */
export const decrypt = async (context: CipherContext, ciphertext: Bytes): Promise<Bytes> => {
  const { key, algorithm } = await prepare(context, 'decrypt')
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, ciphertext))
  } catch (cause) {
    throw new MessageError('undecryptable', 'not sealed for this key, or altered on the way', { cause })
  }
}
