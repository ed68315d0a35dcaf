import type { PrimaryId } from '@kez-chat/identity'
import type { ReplayStore, SeenEventsStore } from '@kez-chat/messaging'
import type { CourierStores, Prepared, ReceivedMessage, RecordStore } from '../src/index.ts'

/** What a device keeps, whatever becomes of its process. */
export interface Disk {
  readonly outgoing: Map<string, string>
  readonly acks: Map<string, string>
  readonly cursor: Map<string, string>
  readonly acknowledged: Map<string, number>
  /** The replay guard's memory, written in one transaction with `shown`. */
  readonly guard: Map<string, number>
  readonly shown: ReceivedMessage[]
  /** Messages that were written and not yet handed over, by inner id. */
  readonly drafts: Map<string, Prepared>
  /** The newest own message of each conversation. */
  readonly heads: Map<PrimaryId, string>
  seen: readonly string[]
}

export const createDisk = (): Disk => ({
  ...{ outgoing: new Map(), acks: new Map(), cursor: new Map(), acknowledged: new Map(), guard: new Map() },
  ...{ shown: [], drafts: new Map(), heads: new Map(), seen: [] },
})

/** Applies a change to the disk at once; the promise never settles when the process dies of it. */
export type Write = <T>(change: () => T) => Promise<T>

export interface DeviceStores extends CourierStores {
  readonly cursor: RecordStore
  readonly seenEvents: SeenEventsStore
}

const recordsOn = (records: Map<string, string>, write: Write): RecordStore => ({
  entries: async () => [...records].map(([key, text]) => [key, JSON.parse(text) as unknown] as const),
  put: (key, value) => {
    const text = JSON.stringify(value)
    return write(() => void records.set(key, text))
  },
  delete: (key) => write(() => void records.delete(key)),
})

const replaysOn = (expiries: Map<string, number>, write: Write): ReplayStore => ({
  has: async (key) => expiries.has(key),
  add: (key, until) => write(() => !expiries.has(key) && expiries.set(key, until).has(key)),
  dropExpired: async (now) => {
    for (const [key, until] of expiries) if (until < now) expiries.delete(key)
  },
})

/** The stores of one process, over what its device keeps. */
export const storesOn = (disk: Disk, write: Write): DeviceStores => ({
  ...{ outgoing: recordsOn(disk.outgoing, write), acks: recordsOn(disk.acks, write) },
  ...{ cursor: recordsOn(disk.cursor, write), acknowledged: replaysOn(disk.acknowledged, write) },
  seenEvents: {
    load: async () => disk.seen,
    save: (ids) => {
      const copy = [...ids]
      return write(() => {
        disk.seen = copy
      })
    },
  },
})
