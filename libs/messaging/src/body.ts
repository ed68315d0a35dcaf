import { fromBase64url, isRecord, type JsonRecord } from '@kez-chat/identity'
import { count, hex, malformed, text } from './body-fields.ts'
import { asMessageErrors } from './identity-errors.ts'
import { parseText, readTtl, type TextBody } from './text-body.ts'

/** Largest file, in bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024
/** Largest raw part of a file in one chunk, in bytes. */
export const MAX_CHUNK_BYTES = 32 * 1024
/** Largest inline file that is read, in bytes: more than fits an event, for the sender alone knows its own overhead. */
export const MAX_INLINE_BYTES = 48 * 1024
/** Most chunks of a file. */
export const MAX_CHUNKS = 4_096

interface FileFacts {
  readonly type: 'kez-file-v1'
  /** A file name without a path, 1–255 characters. */
  readonly name: string
  /** `type/subtype`, lower case. */
  readonly mime: string
  /** Bytes. */
  readonly size: number
  /** Seconds after `sent_at` at which it vanishes. */
  readonly ttl?: number
}

/** A small file, whole. `data` is base64url of exactly `size` bytes. */
export interface InlineFileBody extends FileFacts {
  readonly mode: 'inline'
  readonly data: string
}

/** Where the parts of a larger file belong: `n` chunks under `file_id` (32 hex digits), checked by `sha256` (hex). */
export interface ChunkedFileBody extends FileFacts {
  readonly mode: 'chunked'
  readonly file_id: string
  readonly n: number
  readonly sha256: string
}

/** Part `i` of `n` of a file; `data` is base64url of at most 32 KiB. */
export interface FileChunkBody {
  readonly type: 'kez-file-chunk-v1'
  readonly file_id: string
  readonly i: number
  readonly n: number
  readonly data: string
}

/** The acknowledgement of a message that came without an event; see `verifyHomeAck`. */
export interface AckBody {
  readonly type: 'kez-ack-v1'
  readonly inner_id: string
  readonly sig: string
}

/** The key of a profile picture (protocol §5), for a contact whose wrap had no room in the profile; never shown. */
export interface VisualKeyBody {
  readonly type: 'kez-visual-key'
  /** 32 bytes as hex. */
  readonly key: string
  /** 16 bytes as hex: of which picture. */
  readonly salt: string
}

/** A body of a later version: shown as "needs a newer version". */
export interface UnknownBody {
  readonly type: 'unknown'
  /** The type it names itself, at most 64 characters of it. */
  readonly named: string
}

/** What a message can hold (protocol §3). */
export type Body = TextBody | InlineFileBody | ChunkedFileBody | FileChunkBody | AckBody | VisualKeyBody | UnknownBody

/**
 * Whether a message is something to see (protocol §3). Only then does it get acknowledged, have a place in the chain of
 * `prev`, and, unless it is quiet, wake a device. Chunks, acks and the keys of pictures are not; a file is acknowledged
 * by its pointer, once it is whole, and so never counts as delivered before it can be read.
 */
export const isContent = ({ type }: Body): boolean =>
  type !== 'kez-ack-v1' && type !== 'kez-file-chunk-v1' && type !== 'kez-visual-key'

/**
 * Whether content is there for another message: an edit, a reaction, something taken back, a timer. It is acknowledged
 * and has its place in the chain of `prev` like any other, but wakes nobody.
 */
export const isQuiet = (body: Body): boolean =>
  body.type === 'text' && Boolean(body.edit ?? body.delete ?? body.react ?? body.timer)

const base64url = (value: unknown, maxBytes: number, what: string): { data: string; size: number } => {
  const data = text(value, what)
  return { data, size: asMessageErrors(() => fromBase64url(data, maxBytes)).length }
}

const NAME = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]{1,255}$/u
const MIME = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/

const parseFile = (body: JsonRecord): InlineFileBody | ChunkedFileBody => {
  const name = text(body.name, 'name')
  if (!NAME.test(name) || name === '.' || name === '..') throw malformed('name is not a plain file name')
  const mime = text(body.mime, 'mime')
  if (!MIME.test(mime)) throw malformed('mime is not type/subtype')
  if (body.mode === 'inline') {
    const { data, size } = base64url(body.data, MAX_INLINE_BYTES, 'data')
    if (body.size !== size) throw malformed('size is not the length of data')
    return { type: 'kez-file-v1', mode: 'inline', name, mime, size, data, ...readTtl(body) }
  }
  if (body.mode !== 'chunked') throw malformed('mode is neither inline nor chunked')
  const size = count(body.size, 1, MAX_FILE_BYTES, 'size')
  return {
    ...{ type: 'kez-file-v1', mode: 'chunked', name, mime, size },
    file_id: hex(body.file_id, 16, 'file_id'),
    n: count(body.n, Math.ceil(size / MAX_CHUNK_BYTES), Math.min(size, MAX_CHUNKS), 'n'),
    sha256: hex(body.sha256, 32, 'sha256'),
    ...readTtl(body),
  }
}

const parseChunk = (body: JsonRecord): FileChunkBody => {
  const n = count(body.n, 1, MAX_CHUNKS, 'n')
  return {
    type: 'kez-file-chunk-v1',
    file_id: hex(body.file_id, 16, 'file_id'),
    i: count(body.i, 0, n - 1, 'i'),
    n,
    data: base64url(body.data, MAX_CHUNK_BYTES, 'data').data,
  }
}

/**
 * Reads the body of an opened message. A type this version does not know is no error.
 * @throws MessageError `malformed`, `too_large`
 */
export const parseBody = (value: unknown): Body => {
  if (!isRecord(value)) throw malformed('a body is an object')
  const type = text(value.type, 'type')
  switch (type) {
    case 'text':
      return parseText(value)
    case 'kez-file-v1':
      return parseFile(value)
    case 'kez-file-chunk-v1':
      return parseChunk(value)
    case 'kez-ack-v1':
      return { type, inner_id: hex(value.inner_id, 16, 'inner_id'), sig: hex(value.sig, 64, 'sig') }
    case 'kez-visual-key':
      return { type, key: hex(value.key, 32, 'key'), salt: hex(value.salt, 16, 'salt') }
    default:
      return { type: 'unknown', named: type.slice(0, 64) }
  }
}
