import { type DirectoryEntry, type PrimaryHex, primaryHex } from '@kez-chat/contracts'
import { type Directory, openDirectory } from '@kez-chat/directory'
import type { JetStream } from '@kez-chat/eventlog'
import { LruCache } from '@kez-chat/identity'
import type { Log } from '@kez-chat/runtime'
import type { Persons } from './admit.ts'
import { followEndings } from './endings.ts'
import type { Metrics } from './metrics.ts'

type Ended = { readonly status: 'rotated' | 'revoked' }

export type KnownPersons = Persons & {
  /** Every key whose identity has ended, by the directory. */
  ended(): Iterable<PrimaryHex>
  readonly synced: boolean
  stop(): Promise<void>
}

export type KnownPersonsOptions = {
  readonly jetstream: JetStream
  readonly metrics: Metrics
  readonly log: Log
  /** An identity is found to have ended; may be called again for the same one. */
  onEnded(primary: PrimaryHex): void
  /** The copy is complete, for the first time or again after NATS was away. */
  onSynced(): void
}

const hexOf = ({ primary }: DirectoryEntry): PrimaryHex => primaryHex(primary)
const maxEndings = 100_000

/**
 * Who is who from memory: the directory, and on top of it the sigchains' ends as they are appended, because the directory
 * follows them a moment later. Only somebody whom neither knows costs one read.
 */
export const openPersons = ({ jetstream, metrics, log, onEnded, onSynced }: KnownPersonsOptions): KnownPersons => {
  let interrupted = true
  const forget = jetstream.onDisconnect(() => {
    interrupted = true
  })
  const endings = new LruCache<PrimaryHex, Ended>(maxEndings)
  const directory: Directory = openDirectory(jetstream, {
    log,
    observer: {
      changed: (entry) => {
        if (entry.status !== 'active') onEnded(hexOf(entry))
      },
      size: (people) => metrics.directoryPeople.set(people),
      synced: () => {
        metrics.directorySynced.set(Date.now() / 1000)
        // The copy is complete again after each change; only what happened unseen is worth a search.
        if (!interrupted) return
        interrupted = false
        onSynced()
      },
    },
  })
  const tail = followEndings(jetstream, {
    log,
    onEnding: (primary, status) => {
      endings.set(primary, { status })
      onEnded(primary)
    },
  })

  return {
    find: async (primary) => {
      const entry = await directory.byPrimary(primary)
      const ending = entry && endings.get(primary)
      return ending ? { ...entry, status: ending.status } : entry
    },
    *ended() {
      for (const entry of directory.primaries()) if (entry.status !== 'active') yield hexOf(entry)
    },
    get synced() {
      return directory.synced
    },
    stop: async () => {
      forget()
      await Promise.all([directory.stop(), tail.stop()])
    },
  }
}
