import type { Bytes } from '@kez-chat/identity'
import { type DBSchema, deleteDB, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb'
import { storageFault } from './errors.ts'

export const databaseName = 'kez-chat'
const version = 3

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
  /** `inbox`: the last sequence taken from the home server. `words`: up to which message the history is indexed. */
  cursor: { key: string; value: number }
  conversations: { key: string; value: { tag: string; box: Bytes } }
  drafts: { key: string; value: { tag: string; box: Bytes } }
  /** Chat messages in order of arrival; what came late has a broken number before what its author wrote after it. */
  messages: {
    key: number
    /** `inner` names author and inner id; messages stored by earlier versions have none. `expires`: when it vanishes. */
    value: { n?: number; conversation: string; inner?: string; expires?: number; box: Bytes }
    indexes: { conversation: string; inner: string; expires: number }
  }
  /** What is on its way, as the courier keeps it; `tag` names the inner id. */
  outgoing: { key: string; value: { tag: string; box: Bytes } }
  /** Confirmations that are to be sent, as the courier keeps them. */
  acks: { key: string; value: { tag: string; box: Bytes } }
  /** What was confirmed: `tag` names (from, inner.id, way). */
  acknowledged: { key: string; value: { tag: string; until: number }; indexes: { until: number } }
  /** Of each conversation, which of the peer's messages follow which. */
  links: { key: string; value: { tag: string; box: Bytes } }
  /**
   * Of each inner of a peer, shown or not, what it follows: `tag` and `follows` name hashes, `inner` its id. As long as
   * what is around it can come, until `until`.
   */
  steps: {
    key: string
    value: { tag: string; follows?: string; inner: string; conversation: string; until: number }
    indexes: { follows: string; inner: string; conversation: string; until: number }
  }
  /**
   * What was done to messages and waits: of peers, for the message that `target` names; of ours (`inner` names its id), for
   * something to take it.
   */
  changes: {
    key: number
    value: { n?: number; conversation: string; target: string; inner?: string; until: number; box: Bytes }
    indexes: { conversation: string; target: string; inner: string; until: number }
  }
  /** Sealed envelopes of earlier versions still to be sent, under the number of their message: moved to `outgoing`. */
  outbox: { key: number; value: { n: number; box: Bytes } }
  /** The replay guard: `tag` names (from, inner.id). */
  guard: { key: string; value: { tag: string; until: number }; indexes: { until: number } }
  /** What came and could not be opened, under a keyed hash of it; what earlier versions stored, under its sequence. */
  unopened: { key: number | string; value: { seq: number | string; box: Bytes } }
  /** One record, `webauthn`: seed and storage key under a key that only an authenticator of this person can give. */
  biometrics: { key: string; value: unknown }
  /** Of each message the beginnings of its words, as keyed hashes: what search looks up. */
  words: { key: number; value: { n: number; keys: string[] }; indexes: { keys: string } }
  /**
   * Boxes about this device: `canary` (`canary.ts`), `progress` (`progress.ts`), `choices` (`choices.ts`),
   * `picture` (`own-picture.ts`), `notifications` and `telling` (`notifications.ts`), and `seen`, the ids of the relay events handled last.
   */
  device: { key: string; value: Bytes }
  /** What is known of a person beside the talk with them, under the tag of their conversation (`person.ts`). */
  people: { key: string; value: { tag: string; box: Bytes } }
  /**
   * Files in parts, coming, going, and whole (`file-record.ts`). `open` while something is to be done for one: parts to
   * send or to come.
   */
  files: {
    key: string
    value: { tag: string; conversation: string; open?: 1; box: Bytes }
    indexes: { conversation: string; open: number }
  }
  /** The parts of files, of `size` bytes each; part -1 is a small picture of it. */
  file_parts: {
    key: [file: string, i: number, size: number]
    value: { file: string; i: number; size: number; box: Bytes }
  }
  /** The own claims that were signed here (`claims.ts`). */
  claims: { key: string; value: { tag: string; box: Bytes } }
  /** Invitations that were made here (`invitations.ts`); `tag` names the token. */
  invitations: { key: string; value: { tag: string; box: Bytes } }
  /** One record, `invitation`: by which somebody came, until they are in (`pending-invitation.ts`). */
  pending: { key: string; value: { key: CryptoKey; nonce: Bytes; ct: Bytes; until: number } }
  /** The picture of a person, under the tag of their conversation (`faces.ts`). */
  faces: { key: string; value: { tag: string; box: Bytes } }
}

export type Database = IDBPDatabase<Schema>

/** Stands for a canary until the storage is first unlocked by a version that writes one. */
export const unwrittenCanary: Bytes = new Uint8Array(0)

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
  'biometrics',
  'device',
  'words',
  'outgoing',
  'acks',
  'acknowledged',
  'links',
  'people',
  'claims',
  'invitations',
  'pending',
  'steps',
  'files',
  'file_parts',
  'faces',
  'changes',
] as const

const createFirstStores = (db: Database): void => {
  db.createObjectStore('vault')
  db.createObjectStore('session')
  db.createObjectStore('account')
  db.createObjectStore('cursor')
  db.createObjectStore('conversations', { keyPath: 'tag' })
  db.createObjectStore('drafts', { keyPath: 'tag' })
  db.createObjectStore('messages', { keyPath: 'n', autoIncrement: true }).createIndex('conversation', 'conversation')
  db.createObjectStore('outbox', { keyPath: 'n' })
  db.createObjectStore('guard', { keyPath: 'tag' }).createIndex('until', 'until')
  db.createObjectStore('unopened', { keyPath: 'seq' })
}

const createPeopleStores = (db: Database): void => {
  if (!db.objectStoreNames.contains('people')) db.createObjectStore('people', { keyPath: 'tag' })
  if (!db.objectStoreNames.contains('claims')) db.createObjectStore('claims', { keyPath: 'tag' })
  if (!db.objectStoreNames.contains('invitations')) db.createObjectStore('invitations', { keyPath: 'tag' })
  if (!db.objectStoreNames.contains('pending')) db.createObjectStore('pending')
  if (!db.objectStoreNames.contains('faces')) db.createObjectStore('faces', { keyPath: 'tag' })
}

type Upgrade = IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>

const createTalkStores = (db: Database, tx: Upgrade): void => {
  const messages = tx.objectStore('messages')
  if (!messages.indexNames.contains('expires')) messages.createIndex('expires', 'expires')
  if (db.objectStoreNames.contains('steps')) return
  const steps = db.createObjectStore('steps', { keyPath: 'tag' })
  for (const name of ['follows', 'inner', 'conversation', 'until'] as const) steps.createIndex(name, name)
  const changes = db.createObjectStore('changes', { keyPath: 'n', autoIncrement: true })
  for (const name of ['conversation', 'target', 'inner', 'until'] as const) changes.createIndex(name, name)
}

const createFileStores = (db: Database): void => {
  if (db.objectStoreNames.contains('files')) return
  const files = db.createObjectStore('files', { keyPath: 'tag' })
  files.createIndex('conversation', 'conversation')
  files.createIndex('open', 'open')
  db.createObjectStore('file_parts', { keyPath: ['file', 'i', 'size'] })
}

const createDeviceStores = async (db: Database, tx: Upgrade): Promise<void> => {
  if (!db.objectStoreNames.contains('biometrics')) db.createObjectStore('biometrics')
  if (db.objectStoreNames.contains('device')) return
  db.createObjectStore('device')
  // An identity from before there was a canary: its absence is no loss.
  if (await tx.objectStore('vault').getKey('vault')) await tx.objectStore('device').put(unwrittenCanary, 'canary')
}

const createSearchStore = (db: Database): void => {
  if (db.objectStoreNames.contains('words')) return
  db.createObjectStore('words', { keyPath: 'n' }).createIndex('keys', 'keys', { multiEntry: true })
}

const createCourierStores = (db: Database, tx: Upgrade): void => {
  const has = (name: StoreNames<Schema>): boolean => db.objectStoreNames.contains(name)
  if (!has('outgoing')) db.createObjectStore('outgoing', { keyPath: 'tag' })
  if (!has('acks')) db.createObjectStore('acks', { keyPath: 'tag' })
  if (!has('links')) db.createObjectStore('links', { keyPath: 'tag' })
  if (!has('acknowledged')) db.createObjectStore('acknowledged', { keyPath: 'tag' }).createIndex('until', 'until')
  const messages = tx.objectStore('messages')
  if (!messages.indexNames.contains('inner')) messages.createIndex('inner', 'inner')
}

/** What can happen to the database from outside while it is open, or before it is. */
export type DatabaseEvents = {
  /** Another tab runs an older version of the app and does not let go. Ends by itself when that tab is closed. */
  readonly onBlocked?: () => void
  /** Another tab upgrades the database, or deletes it: this tab has let go of it. */
  readonly onTaken?: (by: 'newer_version' | 'deletion') => void
  /** The browser has taken the database away: its data was cleared, or its disk failed. */
  readonly onLost?: () => void
}

/** Opens the database; throws StorageError `unavailable`, `full` or `newer_version`. */
export const openDatabase = async (name: string = databaseName, events: DatabaseEvents = {}): Promise<Database> => {
  try {
    return await openDB<Schema>(name, version, {
      upgrade: async (db, from, _to, tx) => {
        if (from < 1) createFirstStores(db)
        await createDeviceStores(db, tx)
        createSearchStore(db)
        createCourierStores(db, tx)
        createPeopleStores(db)
        createTalkStores(db, tx)
        createFileStores(db)
      },
      blocked: () => events.onBlocked?.(),
      blocking: (_current, next, event) => {
        if (event.target instanceof IDBDatabase) event.target.close()
        events.onTaken?.(next === null ? 'deletion' : 'newer_version')
      },
      terminated: () => events.onLost?.(),
    })
  } catch (cause) {
    throw storageFault(cause)
  }
}

/** What makes a device the home of an identity. */
export type FirstRecords = Pick<{ [Name in StoreNames<Schema>]: Schema[Name]['value'] }, 'vault' | 'session'> & {
  readonly canary: Bytes
  readonly progress: Bytes
}

/**
 * Puts an identity in the place of whatever was here: all of it, or, when space runs out, nothing. The invitation by which
 * its owner came stays: it is what they make it for.
 */
export const replaceAll = async (db: Database, { vault, session, canary, progress }: FirstRecords): Promise<void> => {
  const tx = db.transaction(storeNames, 'readwrite')
  await Promise.all([
    ...storeNames.filter((name) => name !== 'pending').map((name) => tx.objectStore(name).clear()),
    tx.objectStore('vault').put(vault, 'vault'),
    tx.objectStore('session').put(session, 'session'),
    tx.objectStore('device').put(canary, 'canary'),
    tx.objectStore('device').put(progress, 'progress'),
    tx.done,
  ])
}

const patience = 5_000

/**
 * Deletes the database, so that nothing still under way can write into it. A tab that does not let go in time keeps an
 * empty one.
 */
export const eraseDatabase = async (db: Database): Promise<void> => {
  const tx = db.transaction(storeNames, 'readwrite')
  await Promise.all([...storeNames.map((name) => tx.objectStore(name).clear()), tx.done])
  db.close()
  await Promise.race([deleteDB(db.name), new Promise((resolve) => setTimeout(resolve, patience))])
}
