import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { DirectoryEntry, DomainError } from '@kez-chat/contracts'
import { type Bucket, isRevisionConflict } from '@kez-chat/eventlog'
import type { Listing } from './entry.ts'

/** The KV bucket `directory`: a copy of what the log says, for lookups. */
export type Directory = {
  /** Puts each entry under its key; newer is never replaced by older. Returns whether anything changed. */
  write(listings: readonly Listing[]): Promise<boolean>
  /** Puts right what is not as it should be, also where it claims to be as new. Returns whether anything changed. */
  correct(listings: readonly Listing[]): Promise<boolean>
  /** Whether each of the keys holds an entry of `seq`, or a newer one. */
  holds(keys: readonly string[], seq: number): Promise<boolean>
}

const maxAttempts = 8

/** An entry that cannot be read is older than any: it is only a copy. */
const entryIn = (text: string): DirectoryEntry | undefined => {
  try {
    return DirectoryEntry.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

const isNoOlder = (found: DirectoryEntry | undefined, entry: DirectoryEntry): boolean =>
  found !== undefined && found.seq >= entry.seq

/** Newer than what was loaded, or the very same. */
const isRight = (found: DirectoryEntry | undefined, entry: DirectoryEntry): boolean =>
  found !== undefined && (found.seq > entry.seq || isDeepStrictEqual(found, entry))

export const openDirectory = (bucket: Bucket): Directory => {
  const find = async (key: string): Promise<{ revision: number; entry: DirectoryEntry | undefined }> => {
    const found = await bucket.get(key)
    if (!found) return { revision: 0, entry: undefined }
    return { revision: found.revision, entry: found.operation === 'PUT' ? entryIn(found.string()) : undefined }
  }

  const put = async ({ key, entry }: Listing, stands: typeof isNoOlder): Promise<boolean> => {
    for (let attempt = 1; ; attempt++) {
      const { revision, entry: there } = await find(key)
      if (stands(there, entry)) return false
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

  const putAll = async (listings: readonly Listing[], stands: typeof isNoOlder): Promise<boolean> =>
    (await Promise.all(listings.map((listing) => put(listing, stands)))).includes(true)

  return {
    write: (listings) => putAll(listings, isNoOlder),
    correct: (listings) => putAll(listings, isRight),
    holds: async (keys, seq) => {
      const found = await Promise.all(keys.map(find))
      return found.every(({ entry }) => entry !== undefined && entry.seq >= seq)
    },
  }
}
