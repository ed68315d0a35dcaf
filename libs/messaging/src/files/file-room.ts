import { MAX_FILE_BYTES } from '../body.ts'
import { MessageError } from '../errors.ts'
import type { FileKey, FileRecord } from './file-store.ts'

const DAY = 24 * 60 * 60_000

/** How much is kept of files on their way. */
export interface FileLimits {
  /** Bytes of one sender. Default 32 MiB. */
  readonly senderBytes: number
  /** Files of one sender. Default 16. */
  readonly senderFiles: number
  /** Bytes of all. Default 256 MiB. */
  readonly totalBytes: number
  /** Files of all. Default 128. */
  readonly totalFiles: number
  /** How long after its first piece a file may take, in milliseconds. Default 7 days. */
  readonly keepMs: number
}

export const DEFAULT_FILE_LIMITS: FileLimits = {
  senderBytes: 32 * 1024 * 1024,
  senderFiles: 16,
  totalBytes: 256 * 1024 * 1024,
  totalFiles: 128,
  keepMs: 7 * DAY,
}

/** A file on its way, in memory: all but the bytes of its chunks. */
export interface PendingFile {
  record: FileRecord
  /** Sizes of the chunks that are kept. */
  readonly chunks: Map<number, number>
  bytes: number
}

const noRoom = (what: string): MessageError => new MessageError('no_room', `no room: ${what}`)

/**
 * Whether one more file, or `bytes` more of a file, may be kept. Nothing is thrown out for it, for then a flood of
 * pieces could undo the files of others.
 * @throws MessageError `no_room`
 */
export const checkRoom = (
  files: Iterable<PendingFile>,
  { from }: FileKey,
  more: { readonly files: number; readonly bytes: number },
  limits: FileLimits,
): void => {
  const own = { ...more }
  const all = { ...more }
  for (const { record, bytes } of files) {
    all.files += 1
    all.bytes += bytes
    if (record.from !== from) continue
    own.files += 1
    own.bytes += bytes
  }
  if (own.files > limits.senderFiles) throw noRoom('too many files of this sender')
  if (own.bytes > limits.senderBytes) throw noRoom('too much of this sender')
  if (all.files > limits.totalFiles) throw noRoom('too many files')
  if (all.bytes > limits.totalBytes) throw noRoom('too much')
}

const conflict = (what: string): MessageError => new MessageError('file_conflict', what)

/**
 * Whether a piece goes with what is known of its file.
 * @throws MessageError `file_conflict`
 */
export const checkFits = (
  { record, bytes }: PendingFile,
  piece: { readonly n: number; readonly bytes: number },
): void => {
  if (piece.n !== record.n) throw conflict('another number of chunks than before')
  const size = record.pointer?.size ?? MAX_FILE_BYTES
  if (bytes + piece.bytes > size) throw conflict('more bytes than the file has')
}
