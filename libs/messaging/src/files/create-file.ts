import { type Bytes, type Random, randomBytes, toBase64url, toHex } from '@kez-chat/identity'
import {
  type ChunkedFileBody,
  type FileChunkBody,
  type InlineFileBody,
  MAX_CHUNK_BYTES,
  MAX_FILE_BYTES,
  MAX_INLINE_BYTES,
  parseBody,
} from '../body.ts'
import { MessageError } from '../errors.ts'
import { createInner, type Draft } from '../inner.ts'
import { MAX_EVENT_BYTES } from '../nostr/event.ts'
import { messageFrameBytes } from '../nostr/message-size.ts'

/** How long to wait between two chunks on relays, in milliseconds (protocol §3). */
export const CHUNK_INTERVAL_MS = 200

/** A file to send. */
export interface OutgoingFile {
  /** A file name without a path, 1–255 characters. */
  readonly name: string
  /** `type/subtype`, lower case. */
  readonly mime: string
  /** At most 10 MiB. */
  readonly data: Bytes
  /** Seconds after it was sent at which it vanishes, with its message. */
  readonly ttl?: number | undefined
}

/** The message the file goes in, but for its body. */
export type FileDraft = Omit<Draft, 'body'>

const checked = <T extends InlineFileBody | ChunkedFileBody>(body: T): T => {
  parseBody(body)
  return body
}

const fits = (body: InlineFileBody, draft: FileDraft): boolean =>
  messageFrameBytes(createInner({ ...draft, body })) < MAX_EVENT_BYTES

/** SHA-256 as hex. */
export const fileHash = async (data: Bytes): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', data)))

/**
 * The body of a file (protocol §3): inline when the event stays below 64 KiB, so that it goes on every route; else the
 * pointer, which is sent after its chunks (`fileChunk`). Keep both with the file, so that sending can go on later.
 * @throws MessageError `malformed` (name, mime), `too_large` (more than 10 MiB)
 */
export const createFileBody = async (
  { name, mime, data, ttl }: OutgoingFile,
  draft: FileDraft,
  random: Random = randomBytes,
): Promise<InlineFileBody | ChunkedFileBody> => {
  const size = data.length
  const facts = { type: 'kez-file-v1', name, mime, size, ...(ttl === undefined ? {} : { ttl }) } as const
  if (size > MAX_FILE_BYTES) throw new MessageError('too_large', `a file is at most ${MAX_FILE_BYTES} bytes`)
  if (size <= MAX_INLINE_BYTES) {
    const inline = { ...facts, mode: 'inline', data: toBase64url(data) } as const
    if (fits(checked(inline), draft)) return inline
  }
  return checked({
    ...({ ...facts, mode: 'chunked' } as const),
    file_id: toHex(random(16)),
    n: Math.ceil(size / MAX_CHUNK_BYTES),
    sha256: await fileHash(data),
  })
}

/**
 * Chunk `i` of a file, from 0.
 * @throws MessageError `malformed` when there is no such chunk
 */
export const fileChunk = ({ file_id, n }: ChunkedFileBody, data: Uint8Array, i: number): FileChunkBody => {
  if (!Number.isInteger(i) || i < 0 || i >= n) throw new MessageError('malformed', `there are chunks 0 to ${n - 1}`)
  const part = data.subarray(i * MAX_CHUNK_BYTES, (i + 1) * MAX_CHUNK_BYTES)
  return { type: 'kez-file-chunk-v1', file_id, i, n, data: toBase64url(part) }
}
