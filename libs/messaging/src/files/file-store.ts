import type { Bytes, PrimaryId } from '@kez-chat/identity'
import type { ChunkedFileBody } from '../body.ts'

/** Names a file: each sender has ids of their own, so that nobody can touch the file of another. */
export interface FileKey {
  readonly from: PrimaryId
  /** 32 hex digits. */
  readonly fileId: string
}

/** What is known of a file on its way, as plain data. */
export interface FileRecord extends FileKey {
  /** How many chunks it has. */
  readonly n: number
  /** When its first piece came, unix milliseconds. */
  readonly since: number
  /** `whole` has passed its hash, `damaged` never will. */
  readonly state: 'waiting' | 'whole' | 'damaged'
  /** Nobody has accepted who sent it; strangers have less room. */
  readonly stranger?: boolean
  /** Absent while only chunks have come. */
  readonly pointer?: ChunkedFileBody
}

/** A record and the chunks that are kept for it. */
export interface StoredFile {
  readonly record: FileRecord
  readonly chunks: readonly { readonly i: number; readonly bytes: number }[]
}

/** Where files on their way are kept, across restarts. The web app's is a pair of tables of IndexedDB. */
export interface FileStore {
  list(): Promise<readonly StoredFile[]>
  /** Writes or replaces the record. */
  putRecord(record: FileRecord): Promise<void>
  /** Keeps a chunk of a file that has a record. */
  putChunk(key: FileKey, i: number, data: Bytes): Promise<void>
  chunk(key: FileKey, i: number): Promise<Bytes | undefined>
  /** Drops all chunks of the file. */
  dropChunks(key: FileKey): Promise<void>
  /** Drops the record and all chunks. */
  drop(key: FileKey): Promise<void>
}

/** The key as one string. */
export const fileName = ({ from, fileId }: FileKey): string => `${from}/${fileId}`

/** A store for as long as the process lives: for tools and tests. */
export const createMemoryFileStore = (): FileStore => {
  const records = new Map<string, FileRecord>()
  const chunks = new Map<string, Map<number, Bytes>>()
  const of = (key: FileKey): Map<number, Bytes> => chunks.get(fileName(key)) ?? new Map()
  return {
    list: async () =>
      [...records.values()].map((record) => ({
        record,
        chunks: [...of(record)].map(([i, data]) => ({ i, bytes: data.length })),
      })),
    putRecord: async (record) => {
      records.set(fileName(record), record)
    },
    putChunk: async (key, i, data) => {
      chunks.set(fileName(key), of(key).set(i, data))
    },
    chunk: async (key, i) => of(key).get(i),
    dropChunks: async (key) => {
      chunks.delete(fileName(key))
    },
    drop: async (key) => {
      records.delete(fileName(key))
      chunks.delete(fileName(key))
    },
  }
}
