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
import type { Log } from '@kez-chat/runtime'
import type { Metrics } from '../metrics.ts'

const stream = `KV_${bucketName.directory}`
const maxReads = 256

/** Who is registered: a copy in memory of the bucket that the registry writes, and the bucket's leader behind it. */
export type Directory = {
  byHandle(handle: Handle): Promise<DirectoryEntry | undefined>
  byPrimary(primary: PrimaryHex): Promise<DirectoryEntry | undefined>
  /** The copy holds everything that the bucket held when it was last (re)connected. */
  readonly synced: boolean
  stop(): Promise<void>
}

const decode = (value: Uint8Array): DirectoryEntry | undefined => {
  try {
    const parsed = DirectoryEntry.safeParse(JSON.parse(new TextDecoder().decode(value)))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

export const openDirectory = (jetstream: JetStream, metrics: Metrics, log: Log): Directory => {
  const entries = new Map<string, { entry: DirectoryEntry; seq: number }>()

  const apply = ({ key, value, seq }: BucketEntry): DirectoryEntry | undefined => {
    const known = entries.get(key)
    if (known && known.seq >= seq) return known.entry
    const entry = value === undefined || value.length === 0 ? undefined : decode(value)
    if (entry) entries.set(key, { entry, seq })
    else {
      entries.delete(key)
      if (value !== undefined && value.length > 0) log.error({ seq }, 'the directory holds an entry of unknown form')
    }
    metrics.directoryEntries.set(Math.ceil(entries.size / 2))
    return entry
  }

  const watch = watchBucket(jetstream, bucketName.directory, {
    onEntry: apply,
    onSynced: () => metrics.directorySynced.set(Date.now() / 1000),
    onTrouble: (reason) => log.warn({ reason }, 'the copy of the directory is interrupted; trying again'),
  })

  /** The registry answers a registration only after the bucket holds it, but a watched copy may lag behind that. */
  const readLeader = createCoalescedReads(maxReads, async (key: string) => {
    const stored = await readFromLeader(jetstream, stream, { last_by_subj: `$KV.${bucketName.directory}.${key}` })
    metrics.directoryMisses.inc({ found: stored ? 'yes' : 'no' })
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
    get synced() {
      return watch.synced
    },
    stop: () => watch.stop(),
  }
}
