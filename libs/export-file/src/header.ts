import {
  type Bytes,
  concat,
  equalBytes,
  fromBase64url,
  fromHex,
  isHex,
  isRecord,
  parseJson,
  toBase64url,
  toHex,
  utf8,
} from '@kez-chat/identity'
import { sha256 } from '@noble/hashes/sha2.js'
import { type Cost, checkCost } from './cost.ts'
import { ExportError } from './errors.ts'

/** One copy of the header; a file begins with two. */
const blockBytes = 256
export const headerBytes = 2 * blockBytes
const magic = 'kez-export '
const textBytes = 207
const checkEnd = textBytes + 32
const sumEnd = checkEnd + 16
const newest = 1

export type Header = {
  readonly cost: Cost
  readonly salt: Bytes
  /** What the keys are bound to. */
  readonly text: Bytes
  /** What the right passphrase leads to. */
  readonly check: Bytes
}

/** The text of a header, to its full length. */
export const headerText = (salt: Uint8Array, { m, t, p }: Cost): Bytes => {
  const fields = { v: newest, kdf: 'argon2id', m, t, p, salt: toBase64url(salt) }
  return utf8(`${magic}${JSON.stringify(fields)}`.padEnd(textBytes))
}

const sumOf = (bytes: Uint8Array): string => toHex(sha256(bytes).subarray(0, 8))

/** Both copies of a header. */
export const writeHeader = (text: Uint8Array, check: Uint8Array): Bytes => {
  const signed = concat(text, toHex(check))
  const block = concat(signed, sumOf(signed), '\n')
  return concat(block, block)
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Whether a copy is as it was written, by its own checksum; every version keeps to this layout. */
const isWhole = (block: Uint8Array): boolean =>
  block.length === blockBytes &&
  latin(block.subarray(0, magic.length)) === magic &&
  latin(block.subarray(checkEnd, sumEnd)) === sumOf(block.subarray(0, checkEnd))

const parseBlock = (block: Uint8Array): Header => {
  const text = Uint8Array.from(block.subarray(0, textBytes))
  const fields = parseJson(latin(text.subarray(magic.length)).trimEnd(), textBytes)
  if (!isRecord(fields)) throw new ExportError('header_damaged', 'the header is not an object')
  if (typeof fields.v === 'number' && fields.v > newest)
    throw new ExportError('newer_version', `the file has version ${fields.v}, this app knows ${newest}`)
  const check = latin(block.subarray(textBytes, checkEnd))
  if (fields.v !== newest || fields.kdf !== 'argon2id' || typeof fields.salt !== 'string' || !isHex(check, 16))
    throw new ExportError('header_damaged', 'the header is not one that this app writes')
  return { cost: checkCost(fields), salt: fromBase64url(fields.salt, 64), text, check: fromHex(check, 16) }
}

/** Whether something begins like an export, if only by a few letters. */
const looksLikeOne = (bytes: Uint8Array): boolean => {
  const starts = [bytes.subarray(0, magic.length), bytes.subarray(blockBytes, blockBytes + magic.length)]
  return starts.some((start) => [...latin(start)].filter((letter, i) => letter === magic[i]).length >= magic.length - 3)
}

/**
 * Reads the header from the first 512 bytes of a file, of which one copy may be damaged.
 * Throws ExportError `not_an_export`, `newer_version`, `header_damaged`, `refused_cost`.
 */
export const parseHeader = (bytes: Uint8Array): Header => {
  const blocks = [bytes.subarray(0, blockBytes), bytes.subarray(blockBytes, headerBytes)]
  const block = blocks.find(isWhole)
  if (!block) {
    throw looksLikeOne(bytes)
      ? new ExportError('header_damaged', 'the beginning of the file is damaged or cut off')
      : new ExportError('not_an_export', 'this is not an export of kez')
  }
  try {
    return parseBlock(block)
  } catch (cause) {
    if (cause instanceof ExportError) throw cause
    throw new ExportError('header_damaged', 'the header cannot be read', { cause })
  }
}

/** Throws ExportError `wrong_passphrase` unless the keys are those that the header was written with. */
export const checkKeys = ({ check }: Header, keys: { readonly check: Uint8Array }): void => {
  if (!equalBytes(check, keys.check)) throw new ExportError('wrong_passphrase', 'the passphrase does not open the file')
}
