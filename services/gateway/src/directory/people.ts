import { type DirectoryEntry, type Handle, inboxOwner, Primary, type PrimaryHex, primaryHex } from '@kez-chat/contracts'
import type { Directory } from '@kez-chat/directory'
import type { Chains } from '../sigchains/read.ts'

/** Who is who by the sigchains, which are written before the directory follows. Entries say how an identity stands. */
export type People = {
  /** The person behind a handle; with the status of an identity that has ended when nobody took over. */
  byHandle(handle: Handle): Promise<DirectoryEntry | undefined>
  /** The person behind a key; a key that was rotated says so and names the new one. */
  byPrimary(primary: PrimaryHex): Promise<DirectoryEntry | undefined>
}

/** Rotations that the directory has not followed yet. There is hardly ever one. */
const maxSteps = 8

/** A person under a new key, of which the directory does not know yet. What the old key had bound does not go with it. */
const under = (entry: DirectoryEntry, primary: Primary): DirectoryEntry => ({
  handle: entry.handle,
  primary,
  server: entry.server,
  registered_at: entry.registered_at,
  seq: entry.seq,
  status: 'active',
  inbox: inboxOwner(entry),
})

const rotated = (entry: DirectoryEntry, to: string | undefined): DirectoryEntry => ({
  ...entry,
  status: 'rotated',
  ...(to === undefined ? {} : { rotated_to: to }),
})

/**
 * Each answer is held against the chain of its key, read from the leader: what a chain says is true from the moment that
 * it was appended, also while a registry has yet to follow.
 * @throws {DomainError} `unavailable` when the chain cannot be read: nobody is let in on an old word
 */
export const createPeople = (directory: Directory, chains: Pick<Chains, 'end'>): People => {
  const endOf = (entry: DirectoryEntry) => chains.end({ alg: 'ed25519', key: primaryHex(entry.primary) })

  const follow = async (entry: DirectoryEntry, steps: number): Promise<DirectoryEntry> => {
    if (entry.status !== 'active') return entry
    const end = await endOf(entry)
    if (!end || end.status === 'active') return entry
    if (end.status === 'revoked') return { ...entry, status: 'revoked' }
    const next = Primary.safeParse(end.rotated_to)
    if (!next.success || steps >= maxSteps) return rotated(entry, end.rotated_to)
    const known = await directory.byPrimary(primaryHex(next.data))
    if (known && known.handle !== entry.handle) return rotated(entry, end.rotated_to)
    // Whoever is barred stays so under the next key.
    if (known?.status === 'barred') return known
    return follow(known ? { ...known, status: 'active' } : under(entry, next.data), steps + 1)
  }

  return {
    byHandle: async (handle) => {
      const entry = await directory.byHandle(handle)
      return entry && follow(entry, 0)
    },
    byPrimary: async (primary) => {
      const entry = await directory.byPrimary(primary)
      if (entry?.status !== 'active') return entry
      const end = await endOf(entry)
      if (end?.status === 'revoked') return { ...entry, status: 'revoked' }
      return end?.status === 'rotated' ? rotated(entry, end.rotated_to) : entry
    },
  }
}
