import { type Bytes, concat, equalBytes, jcsBytes, parseJson } from '@kez-chat/identity'
import { pad, unpad } from '@kez-chat/messaging/padding'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { ExportError } from './errors.ts'
import type { FileKeys } from './keys.ts'
import { type ExportRecord, isExportRecord } from './record.ts'

/** Longest record, in bytes of its canonical JSON. */
export const maxRecordBytes = 1 << 20
/** With what padding adds at most (12 %), its length and the tag. */
export const maxSealedBytes = 1_200_000
const leastSealedBytes = 256 + 16
export const mostRecords = 0xffff_fffe

/** Where a record begins: what is looked for behind a damaged one. */
export const marker: Bytes = Uint8Array.of(0xab, 0x6b, 0x65, 0x7a, 0x72, 0x65, 0x63)
export const frameHeadBytes = 24
const placeBytes = 16
const [ordinary, last] = [0x00, 0x01]

/** What stands in the clear before a sealed record. */
export type FrameHead = { readonly index: number; readonly final: boolean; readonly length: number }

const placeOf = ({ index, final, length }: FrameHead): Bytes => {
  const place = new Uint8Array(placeBytes)
  place.set(marker)
  place[7] = final ? last : ordinary
  const view = new DataView(place.buffer)
  view.setUint32(8, index)
  view.setUint32(12, length)
  return place
}

const vouch = (keys: FileKeys, place: Uint8Array): Uint8Array => hmac(sha256, keys.frame, place).subarray(0, 8)

// The key is of this file alone, so a counter is a nonce that never comes twice.
const nonceOf = ({ index, final }: FrameHead): Bytes => {
  const nonce = new Uint8Array(24)
  nonce[19] = final ? last : ordinary
  new DataView(nonce.buffer).setUint32(20, index)
  return nonce
}

/** The canonical bytes of a record. Throws ExportError `unwritable`. */
export const recordBytes = (record: ExportRecord): Bytes => {
  try {
    return jcsBytes(record, { maxBytes: maxRecordBytes })
  } catch (cause) {
    throw new ExportError('unwritable', 'a record is no JSON, or too long', { cause })
  }
}

/** A record in its frame: head ‖ sealed and padded JSON. */
export const sealFrame = (keys: FileKeys, index: number, final: boolean, json: Uint8Array): Bytes => {
  const padded = pad(json)
  const head = { index, final, length: padded.length + 16 }
  const place = placeOf(head)
  const sealed = xchacha20poly1305(keys.record, nonceOf(head), place).encrypt(padded)
  return concat(place, vouch(keys, place), sealed)
}

/** The head of a frame, if that is what these bytes are: nobody without the key can make one. */
export const parseFrameHead = (keys: FileKeys, bytes: Uint8Array): FrameHead | undefined => {
  if (bytes.length < frameHeadBytes || marker.some((byte, i) => bytes[i] !== byte)) return undefined
  const place = bytes.subarray(0, placeBytes)
  if (!equalBytes(bytes.subarray(placeBytes, frameHeadBytes), vouch(keys, place))) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const head = { index: view.getUint32(8), final: bytes[7] === last, length: view.getUint32(12) }
  return head.length >= leastSealedBytes && head.length <= maxSealedBytes ? head : undefined
}

/** A record with its canonical bytes; `damaged`: the seal is broken; `unreadable`: it holds something else. */
export type OpenedFrame = { readonly record: ExportRecord; readonly json: Uint8Array } | 'damaged' | 'unreadable'

/** Opens what stands behind a head. Never throws. */
export const openFrame = (keys: FileKeys, head: FrameHead, sealed: Uint8Array): OpenedFrame => {
  let padded: Uint8Array
  try {
    padded = xchacha20poly1305(keys.record, nonceOf(head), placeOf(head)).decrypt(sealed)
  } catch {
    return 'damaged'
  }
  try {
    const json = unpad(padded)
    const record = parseJson(json, maxRecordBytes)
    return isExportRecord(record) ? { record, json } : 'unreadable'
  } catch {
    return 'unreadable'
  }
}
