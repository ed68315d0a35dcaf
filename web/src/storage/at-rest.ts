import { type Bytes, concat, parseJson, randomBytes, toHex, utf8 } from '@kez-chat/identity'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { StorageError } from './errors.ts'

const nonceBytes = 24
const maxRecordBytes = 1024 * 1024

/**
 * Everything personal in IndexedDB goes through here. It is synchronous on purpose: an IndexedDB transaction ends while
 * WebCrypto is awaited, and reading, changing and writing a record must be one transaction.
 */
export type AtRest = {
  /** A value as a box: nonce ‖ XChaCha20-Poly1305 of its JSON, bound to `place`. */
  seal(place: string, value: unknown): Bytes
  /** The JSON of a box; throws `damaged`. */
  open(place: string, box: Uint8Array): unknown
  /** A keyed name for an index, so that the name itself tells a stranger nothing: 32 hex digits. */
  tag(kind: string, name: string): string
}

export const createAtRest = (storageKey: Bytes): AtRest => {
  const derive = (info: string): Uint8Array => hkdf(sha256, storageKey, undefined, utf8(info), 32)
  const sealKey = derive('kez-chat-storage-v1 seal')
  const tagKey = derive('kez-chat-storage-v1 tag')
  return {
    seal: (place, value) => {
      const nonce = randomBytes(nonceBytes)
      return concat(nonce, xchacha20poly1305(sealKey, nonce, utf8(place)).encrypt(utf8(JSON.stringify(value))))
    },
    open: (place, box) => {
      try {
        const cipher = xchacha20poly1305(sealKey, box.subarray(0, nonceBytes), utf8(place))
        return parseJson(cipher.decrypt(box.subarray(nonceBytes)), maxRecordBytes)
      } catch (cause) {
        throw new StorageError('damaged', `a record of ${place} does not open`, { cause })
      }
    },
    tag: (kind, name) => toHex(hmac(sha256, tagKey, utf8(`${kind}\n${name}`)).subarray(0, 16)),
  }
}
