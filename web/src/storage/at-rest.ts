import { type Bytes, concat, parseJson, randomBytes, toHex, utf8 } from '@kez-chat/identity'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { StorageError } from './errors.ts'

const nonceBytes = 24
// A message with twenty texts of the largest size.
const maxRecordBytes = 8 * 1024 * 1024

/**
 * Everything personal in IndexedDB goes through here. It is synchronous on purpose: an IndexedDB transaction ends while
 * WebCrypto is awaited, and reading, changing and writing a record must be one transaction.
 */
export type AtRest = {
  /** A value as a box: nonce ‖ XChaCha20-Poly1305 of its JSON, bound to `place`. */
  seal(place: string, value: unknown): Bytes
  /** The JSON of a box; throws `damaged`. */
  open(place: string, box: Uint8Array): unknown
  /** Bytes as a box, as they are: for what is no JSON and may be large. */
  sealBytes(place: string, bytes: Uint8Array): Bytes
  /** The bytes of such a box; throws `damaged`. */
  openBytes(place: string, box: Uint8Array): Bytes
  /** A keyed name for an index, so that the name itself tells a stranger nothing: 32 hex digits. */
  tag(kind: string, name: string): string
}

export const createAtRest = (storageKey: Bytes): AtRest => {
  const derive = (info: string): Uint8Array => hkdf(sha256, storageKey, undefined, utf8(info), 32)
  const sealKey = derive('kez-chat-storage-v1 seal')
  const tagKey = derive('kez-chat-storage-v1 tag')
  const sealBytes = (place: string, bytes: Uint8Array): Bytes => {
    const nonce = randomBytes(nonceBytes)
    return concat(nonce, xchacha20poly1305(sealKey, nonce, utf8(place)).encrypt(bytes))
  }
  const opened = <T>(place: string, box: Uint8Array, read: (bytes: Bytes) => T): T => {
    try {
      const cipher = xchacha20poly1305(sealKey, box.subarray(0, nonceBytes), utf8(place))
      return read(Uint8Array.from(cipher.decrypt(box.subarray(nonceBytes))))
    } catch (cause) {
      throw new StorageError('damaged', `a record of ${place} does not open`, { cause })
    }
  }
  return {
    sealBytes,
    openBytes: (place, box) => opened(place, box, (bytes) => bytes),
    seal: (place, value) => sealBytes(place, utf8(JSON.stringify(value))),
    open: (place, box) => opened(place, box, (bytes) => parseJson(bytes, maxRecordBytes)),
    tag: (kind, name) => toHex(hmac(sha256, tagKey, utf8(`${kind}\n${name}`)).subarray(0, 16)),
  }
}
