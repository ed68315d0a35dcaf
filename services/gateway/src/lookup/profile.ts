import { type DirectoryEntry, type Profile, primaryHex } from '@kez-chat/contracts'

/** What a lookup tells about a person. Built from the directory alone, so that every replica says the same. */
export const createProfiles =
  (sigServerUrl: () => string) =>
  (entry: DirectoryEntry): Profile => ({
    handle: entry.handle,
    fqhn: `${entry.handle}@${entry.server}`,
    primary: entry.primary,
    sigchain_url: `${sigServerUrl()}/v1/sigchains/ed25519/${primaryHex(entry.primary)}`,
    registered_at: entry.registered_at,
    proofs: [],
    ...(entry.nostr === undefined || entry.status !== 'active' ? {} : { nostr: entry.nostr }),
    status: entry.status,
    ...(entry.rotated_to === undefined ? {} : { rotated_to: entry.rotated_to }),
  })

export type ProfileOf = ReturnType<typeof createProfiles>
