import type { Bytes } from '@kez-chat/identity'
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { StorageError } from './errors.ts'

export const databaseName = 'kez-chat'
const version = 1

/**
 * What IndexedDB holds. Every `box` is sealed under the storage key (`at-rest.ts`); tags are keyed hashes. In the clear
 * are only counters: how many records there are, and the cursor.
 */
export interface Schema extends DBSchema {
  /** One record, `vault`: the seed and the storage key under the passphrase. */
  vault: { key: string; value: unknown }
  /** One record, `session`: the same under a key of this browser that cannot be exported. */
  session: { key: string; value: { key: CryptoKey; nonce: Bytes; ct: Bytes; expires_at: number } }
  /** One record, `account`: handle and server. */
  account: { key: string; value: Bytes }
  /** One record, `inbox`: the last sequence taken from the home server. */
  cursor: { key: string; value: number }
  conversations: { key: string; value: { tag: string; box: Bytes } }
  drafts: { key: string; value: { tag: string; box: Bytes } }
  /** Chat messages in the order in which this device learned of them. */
  messages: {
    key: number
    value: { n?: number; conversation: string; box: Bytes }
    indexes: { conversation: string }
  }
  /** Sealed envelopes still to be sent, under the number of their message. */
  outbox: { key: number; value: { n: number; box: Bytes } }
  /** The replay guard: `tag` names (from, inner.id). */
  guard: { key: string; value: { tag: string; until: number }; indexes: { until: number } }
  /** What came and could not be opened, under its sequence. */
  unopened: { key: number; value: { seq: number; box: Bytes } }
}

export type Database = IDBPDatabase<Schema>

export const storeNames = [
  'vault',
  'session',
  'account',
  'cursor',
  'conversations',
  'drafts',
  'messages',
  'outbox',
  'guard',
  'unopened',
] as const

/** Opens the database; throws StorageError `unavailable` or `newer_version`. */
export const openDatabase = async (name: string = databaseName): Promise<Database> => {
  try {
    const db = await openDB<Schema>(name, version, {
      upgrade: (fresh) => {
        fresh.createObjectStore('vault')
        fresh.createObjectStore('session')
        fresh.createObjectStore('account')
        fresh.createObjectStore('cursor')
        fresh.createObjectStore('conversations', { keyPath: 'tag' })
        fresh.createObjectStore('drafts', { keyPath: 'tag' })
        fresh
          .createObjectStore('messages', { keyPath: 'n', autoIncrement: true })
          .createIndex('conversation', 'conversation')
        fresh.createObjectStore('outbox', { keyPath: 'n' })
        fresh.createObjectStore('guard', { keyPath: 'tag' }).createIndex('until', 'until')
        fresh.createObjectStore('unopened', { keyPath: 'seq' })
      },
      // Another tab wants to upgrade: this one lets go, and its next use of the database says so.
      blocking: (_current, _next, event) => {
        if (event.target instanceof IDBDatabase) event.target.close()
      },
    })
    return db
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'VersionError') {
      throw new StorageError('newer_version', 'the stored data was written by a newer version of the app', { cause })
    }
    throw new StorageError('unavailable', 'this browser does not let the app store anything', { cause })
  }
}

/** Removes every trace of the person from this browser. */
export const eraseDatabase = async (db: Database): Promise<void> => {
  const tx = db.transaction(storeNames, 'readwrite')
  await Promise.all([...storeNames.map((name) => tx.objectStore(name).clear()), tx.done])
}
