import { type Bytes, fromBase64url, type PrimaryId } from '@kez-chat/identity'
import { type ChunkedFileBody, type FileChunkBody, MAX_CHUNK_BYTES } from '../body.ts'
import { MessageError } from '../errors.ts'
import { asMessageErrors } from '../identity-errors.ts'
import { assemble } from './assemble.ts'
import { checkFits, checkRoom, DEFAULT_FILE_LIMITS, type FileLimits, type PendingFile } from './file-room.ts'
import { type FileKey, type FileRecord, type FileStore, fileName } from './file-store.ts'
import { createTurns } from './turns.ts'

export type { FileLimits } from './file-room.ts'

/** Which file, and whose: `stranger` is there only when it is so. */
type Sent = Pick<FileRecord, 'from' | 'fileId' | 'stranger'>

/** How far a file has come. */
export interface FileProgress {
  /** What is known of it, its pointer among it when that has come. */
  readonly file: FileRecord
  /** How many of its `file.n` chunks are here. */
  readonly have: number
  /** Which are not, ascending. */
  readonly missing: readonly number[]
}

/** Puts files together from pieces that come in any order, any number of times, over any number of restarts. */
export interface FileAssembly {
  /**
   * Takes a piece of a message that `open` has passed. Tell the replay guard of it afterwards, not before: taking a
   * piece twice does no harm. Whose files are welcome at all is for the caller to say, and who is a stranger.
   * @param now unix milliseconds
   * @throws MessageError `file_conflict` (does not go with the other pieces), `no_room`, `malformed` (an empty chunk)
   */
  take(
    from: PrimaryId,
    piece: FileChunkBody | ChunkedFileBody,
    now: number,
    sender?: { readonly stranger: boolean },
  ): Promise<FileProgress>
  /** Undefined for a file of which nothing is here. */
  progress(key: FileKey): FileProgress | undefined
  list(): readonly FileProgress[]
  /** The bytes of a whole file, checked against its hash; undefined before. */
  read(key: FileKey): Promise<Bytes | undefined>
  /** Forgets a file: once its bytes are elsewhere, or because nobody wants it. */
  release(key: FileKey): Promise<void>
  /** Forgets what came too long ago and is not whole; now and then is enough. Returns what it was. */
  sweep(now: number): Promise<readonly FileRecord[]>
}

const progressOf = ({ record, chunks }: PendingFile): FileProgress => {
  if (record.state !== 'waiting') return { file: record, have: record.state === 'whole' ? record.n : 0, missing: [] }
  const missing = Array.from({ length: record.n }, (_, i) => i).filter((i) => !chunks.has(i))
  return { file: record, have: chunks.size, missing }
}

const isSame = (a: ChunkedFileBody, b: ChunkedFileBody): boolean =>
  a.sha256 === b.sha256 && a.size === b.size && a.name === b.name && a.mime === b.mime

/**
 * An assembly over what `store` holds; one at a time per store.
 * @param limits where they differ from the defaults
 */
export const createFileAssembly = async (store: FileStore, limits: Partial<FileLimits> = {}): Promise<FileAssembly> => {
  const bounds = { ...DEFAULT_FILE_LIMITS, ...limits }
  const files = new Map<string, PendingFile>()
  const inTurn = createTurns()

  const begin = async (record: FileRecord): Promise<PendingFile> => {
    const file: PendingFile = { record, chunks: new Map(), bytes: 0 }
    await store.putRecord(record)
    files.set(fileName(record), file)
    return file
  }

  const update = async (file: PendingFile, change: Partial<FileRecord>): Promise<void> => {
    const record = { ...file.record, ...change }
    await store.putRecord(record)
    file.record = record
  }

  const finish = async (file: PendingFile): Promise<void> => {
    const { record, chunks } = file
    if (record.state === 'waiting' && record.pointer !== undefined && chunks.size === record.n) {
      const whole = await assemble(store, record, record.pointer)
      await update(file, { state: whole === undefined ? 'damaged' : 'whole' })
    }
    if (file.record.state !== 'damaged' || chunks.size === 0) return
    await store.dropChunks(record)
    chunks.clear()
    file.bytes = 0
  }

  const takeChunk = async (key: Sent, chunk: FileChunkBody, now: number): Promise<PendingFile> => {
    const data = asMessageErrors(() => fromBase64url(chunk.data, MAX_CHUNK_BYTES))
    if (data.length === 0) throw new MessageError('malformed', 'a chunk is not empty')
    const known = files.get(fileName(key))
    if (known !== undefined && (known.record.state !== 'waiting' || known.chunks.has(chunk.i))) return known
    if (known !== undefined) checkFits(known, { n: chunk.n, bytes: data.length })
    checkRoom(files.values(), key, { files: known === undefined ? 1 : 0, bytes: data.length }, bounds)
    const file = known ?? (await begin({ ...key, n: chunk.n, since: now, state: 'waiting' }))
    await store.putChunk(key, chunk.i, data)
    file.chunks.set(chunk.i, data.length)
    file.bytes += data.length
    return file
  }

  const takePointer = async (key: Sent, pointer: ChunkedFileBody, now: number): Promise<PendingFile> => {
    const known = files.get(fileName(key))
    if (known === undefined) {
      checkRoom(files.values(), key, { files: 1, bytes: 0 }, bounds)
      return begin({ ...key, n: pointer.n, since: now, state: 'waiting', pointer })
    }
    const before = known.record.pointer
    const differs = before === undefined ? known.bytes > pointer.size : !isSame(before, pointer)
    if (differs) throw new MessageError('file_conflict', 'the pointer does not go with what came before')
    checkFits(known, { n: pointer.n, bytes: 0 })
    if (before === undefined) await update(known, { pointer })
    return known
  }

  for (const { record, chunks } of await store.list()) {
    const sizes = new Map(chunks.map(({ i, bytes }) => [i, bytes]))
    const file = { record, chunks: sizes, bytes: chunks.reduce((total, { bytes }) => total + bytes, 0) }
    files.set(fileName(record), file)
    // The last piece may have been kept just before the process ended.
    await finish(file)
  }

  const drop = async (key: FileKey): Promise<void> => {
    await store.drop(key)
    files.delete(fileName(key))
  }

  return {
    take: (from, piece, now, { stranger } = { stranger: false }) =>
      inTurn(async () => {
        const key = { from, fileId: piece.file_id, ...(stranger ? { stranger } : {}) }
        const known = files.get(fileName(key))
        if (known?.record.stranger && !stranger) await update(known, { stranger })
        const isChunk = piece.type === 'kez-file-chunk-v1'
        const file = await (isChunk ? takeChunk(key, piece, now) : takePointer(key, piece, now))
        await finish(file)
        return progressOf(file)
      }),
    progress: (key) => {
      const file = files.get(fileName(key))
      return file && progressOf(file)
    },
    list: () => Array.from(files.values(), progressOf),
    read: (key) =>
      inTurn(async () => {
        const record = files.get(fileName(key))?.record
        return record?.state === 'whole' && record.pointer ? assemble(store, record, record.pointer) : undefined
      }),
    release: (key) => inTurn(() => drop(key)),
    sweep: (now) =>
      inTurn(async () => {
        const records = Array.from(files.values(), ({ record }) => record)
        const over = records.filter(({ state, since }) => state !== 'whole' && since < now - bounds.keepMs)
        for (const record of over) await drop(record)
        return over
      }),
  }
}
