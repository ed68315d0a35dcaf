import {
  bucketName,
  DirectoryEntry,
  DomainError,
  directoryKey,
  type Handle,
  type PrimaryHex,
} from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { type BucketEntry, createCoalescedReads, readFromLeader, watchBucket } from '@kez-chat/eventlog/messages'

const stream = `KV_${bucketName.directory}`
const maxReads = 256

/** Who is registered: a copy in memory of the bucket that the registry writes, and the bucket's leader behind it. */
export type Directory = {
  /** @throws DomainError `unavailable` when the copy does not know and the leader cannot be asked */
  byHandle(handle: Handle): Promise<DirectoryEntry | undefined>
  /** @throws DomainError `unavailable`, as `byHandle` */
  byPrimary(primary: PrimaryHex): Promise<DirectoryEntry | undefined>
  /** Everything in the copy under keys of primaries: one per person, and one for each key that was rotated. */
  primaries(): Iterable<DirectoryEntry>
  /** The copy holds everything that the bucket held when it was last (re)connected. */
  readonly synced: boolean
  stop(): Promise<void>
}

/** Hears what happens to the copy: for metrics, and for what follows from a change. */
export type DirectoryObserver = {
  /** An entry under the key of a primary came or changed. */
  changed?(entry: DirectoryEntry): void
  /** How many people the copy holds now. */
  size?(people: number): void
  /** The copy is complete, at the start and after each interruption. */
  synced?(): void
  /** The leader was asked, because the copy did not know. */
  missed?(found: boolean): void
}

type LogLine = (fields: object, text: string) => void

/** The part of a logger that is needed here. */
export type DirectoryLog = { readonly error: LogLine; readonly warn: LogLine; readonly info: LogLine }

export type DirectoryOptions = {
  log: DirectoryLog
  observer?: DirectoryObserver
}

const decode = (value: Uint8Array): DirectoryEntry | undefined => {
  try {
    const parsed = DirectoryEntry.safeParse(JSON.parse(new TextDecoder().decode(value)))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

const ofPrimary = 'p.'

/** Opens a copy of the directory and keeps it up, for ever, with jitter where NATS is away. */
export const openDirectory = (jetstream: JetStream, { log, observer = {} }: DirectoryOptions): Directory => {
  const entries = new Map<string, { entry: DirectoryEntry; seq: number }>()

  const apply = ({ key, value, seq }: BucketEntry): DirectoryEntry | undefined => {
    const known = entries.get(key)
    if (known && known.seq >= seq) return known.entry
    const entry = value === undefined || value.length === 0 ? undefined : decode(value)
    if (entry) {
      entries.set(key, { entry, seq })
      if (key.startsWith(ofPrimary)) observer.changed?.(entry)
    } else {
      entries.delete(key)
      if (value !== undefined && value.length > 0) log.error({ seq }, 'the directory holds an entry of unknown form')
    }
    observer.size?.(Math.ceil(entries.size / 2))
    return entry
  }

  const watch = watchBucket(jetstream, bucketName.directory, {
    onEntry: apply,
    onSynced: () => observer.synced?.(),
    onTrouble: (reason) => log.warn({ reason }, 'the copy of the directory is interrupted; trying again'),
  })

  /** The registry answers a registration only after the bucket holds it, but a watched copy may lag behind that. */
  const readLeader = createCoalescedReads(maxReads, async (key: string) => {
    const stored = await readFromLeader(jetstream, stream, { last_by_subj: `$KV.${bucketName.directory}.${key}` })
    observer.missed?.(stored !== undefined)
    return stored && apply({ key, value: stored.data, seq: stored.seq })
  })

  const find = async (key: string): Promise<DirectoryEntry | undefined> => {
    const known = entries.get(key)
    if (known) return known.entry
    try {
      return await readLeader(key)
    } catch (cause) {
      throw new DomainError('unavailable', 'the directory cannot be asked right now; try again soon', {
        cause,
        retryAfter: 2,
      })
    }
  }

  return {
    byHandle: (handle) => find(directoryKey.handle(handle)),
    byPrimary: (primary) => find(directoryKey.primary(primary)),
    *primaries() {
      for (const [key, { entry }] of entries) if (key.startsWith(ofPrimary)) yield entry
    },
    get synced() {
      return watch.synced
    },
    stop: () => watch.stop(),
  }
}
