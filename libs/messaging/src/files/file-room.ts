import { MAX_FILE_BYTES } from '../body.ts'
import { MessageError } from '../errors.ts'
import type { FileRecord } from './file-store.ts'

const DAY = 24 * 60 * 60_000

/** How much is kept of files on their way. */
export interface FileLimits {
  /** Bytes of one sender. Default 32 MiB. */
  readonly senderBytes: number
  /** Files of one sender. Default 16. */
  readonly senderFiles: number
  /** Bytes of one stranger. Default 12 MiB: one file. */
  readonly strangerBytes: number
  /** Files of one stranger. Default 4. */
  readonly strangerFiles: number
  /** Bytes of all strangers, so that they leave room for the others. Default 64 MiB. */
  readonly strangersBytes: number
  /** Files of all strangers. Default 32. */
  readonly strangersFiles: number
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
  strangerBytes: 12 * 1024 * 1024,
  strangerFiles: 4,
  strangersBytes: 64 * 1024 * 1024,
  strangersFiles: 32,
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
  { from, stranger }: Pick<FileRecord, 'from' | 'stranger'>,
  more: { readonly files: number; readonly bytes: number },
  limits: FileLimits,
): void => {
  const own = { ...more }
  const strangers = { ...more }
  const all = { ...more }
  for (const { record, bytes } of files) {
    const counts = [all, ...(record.from === from ? [own] : []), ...(record.stranger ? [strangers] : [])]
    for (const count of counts) {
      count.files += 1
      count.bytes += bytes
    }
  }
  const mostFiles = stranger ? limits.strangerFiles : limits.senderFiles
  const mostBytes = stranger ? limits.strangerBytes : limits.senderBytes
  if (own.files > mostFiles) throw noRoom('too many files of this sender')
  if (own.bytes > mostBytes) throw noRoom('too much of this sender')
  if (stranger && strangers.files > limits.strangersFiles) throw noRoom('too many files of strangers')
  if (stranger && strangers.bytes > limits.strangersBytes) throw noRoom('too much of strangers')
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
