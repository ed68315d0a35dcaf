import { type DirectoryEntry, type Profile, type Proof, primaryHex } from '@kez-chat/contracts'
import { areIndependent } from '@kez-chat/identity'
import type { ProofResults } from '../proofs/checks.ts'

/** What a lookup tells about a person. Built from the directory and the checks of proofs, so that every replica says the same. */
export const createProfiles =
  (sigServerUrl: () => string, resultsOf: ProofResults) =>
  async (entry: DirectoryEntry): Promise<Profile> => {
    const active = entry.status === 'active'
    const results = await resultsOf(entry)
    const proofs = (active ? (entry.proofs ?? []) : []).map(
      (subject): Proof => results.get(subject) ?? { subject, status: 'pending' },
    )
    const verified = proofs.flatMap(({ subject, status }) => (status === 'verified' ? [subject] : []))
    return {
      handle: entry.handle,
      fqhn: `${entry.handle}@${entry.server}`,
      primary: entry.primary,
      sigchain_url: `${sigServerUrl()}/v1/sigchains/ed25519/${primaryHex(entry.primary)}`,
      registered_at: entry.registered_at,
      proofs,
      verified: areIndependent(verified),
      ...(entry.nostr === undefined || !active ? {} : { nostr: entry.nostr }),
      status: entry.status,
      ...(entry.rotated_to === undefined ? {} : { rotated_to: entry.rotated_to }),
    }
  }

export type ProfileOf = ReturnType<typeof createProfiles>
