import { setTimeout as sleep } from 'node:timers/promises'
import { DirectoryEntry, DomainError } from '@kez-chat/contracts'
import { type Bucket, isRevisionConflict } from '@kez-chat/eventlog'
import type { Listing } from './entry.ts'

/** The KV bucket `directory`: a copy of what the log says, for lookups. */
export type Directory = {
  /** Puts each entry under its key; newer is never replaced by older. Returns whether anything changed. */
  write(listings: readonly Listing[]): Promise<boolean>
  /** Whether each of the keys holds an entry of `seq`, or a newer one. */
  holds(keys: readonly string[], seq: number): Promise<boolean>
}

const maxAttempts = 8

/** An entry that cannot be read is older than any: it is only a copy. */
const seqIn = (text: string): number => {
  try {
    return DirectoryEntry.parse(JSON.parse(text)).seq
  } catch {
    return -1
  }
}

export const openDirectory = (bucket: Bucket): Directory => {
  const find = async (key: string): Promise<{ revision: number; seq: number }> => {
    const found = await bucket.get(key)
    if (!found) return { revision: 0, seq: -1 }
    return { revision: found.revision, seq: found.operation === 'PUT' ? seqIn(found.string()) : -1 }
  }

  const put = async (key: string, entry: DirectoryEntry): Promise<boolean> => {
    for (let attempt = 1; ; attempt++) {
      const { revision, seq } = await find(key)
      if (seq >= entry.seq) return false
      try {
        await bucket.put(key, JSON.stringify(entry), { previousSeq: revision })
        return true
      } catch (cause) {
        if (!isRevisionConflict(cause) || attempt === maxAttempts)
          throw new DomainError('unavailable', 'the directory cannot be written right now; try again soon', {
            cause,
            retryAfter: 2,
          })
      }
      await sleep(Math.random() * 20 * attempt)
    }
  }

  return {
    write: async (listings) => {
      const changed = await Promise.all(listings.map(({ key, entry }) => put(key, entry)))
      return changed.includes(true)
    },
    holds: async (keys, seq) => {
      const found = await Promise.all(keys.map(find))
      return found.every((one) => one.seq >= seq)
    },
  }
}
