import { z } from 'zod'
import { AnyPrimaryText, Handle, Hex32, Primary, PrimaryHex, primaryHex, Seq, Timestamp } from './primitives.ts'

/** Whether a primary is its owner's current one; it has been rotated to another, revoked for ever, or barred by the operator. */
export const IdentityStatus = z.enum(['active', 'rotated', 'revoked', 'barred'])

/**
 * One person in the KV bucket `directory`, stored under `h.<handle>` and `p.<primary hex>`; a primary that was rotated keeps an
 * entry of its own. `seq` is the sequence in `IDENTITY` of the last event that is applied, so that a writer never replaces
 * newer by older.
 */
export const DirectoryEntry = z.object({
  handle: Handle,
  primary: Primary,
  server: z.string(),
  registered_at: Timestamp,
  seq: Seq,
  nostr: Hex32.optional(),
  status: IdentityStatus,
  /** The new primary, when the status is `rotated`. */
  rotated_to: AnyPrimaryText.optional(),
  /** Subjects that the person claims, in their normal form. */
  proofs: z.array(z.string()).optional(),
  /** Whose inbox it is, when that is not the primary: an inbox keeps the key of the handle's first one. */
  inbox: PrimaryHex.optional(),
})
export type DirectoryEntry = z.infer<typeof DirectoryEntry>

/** The key of a person's inbox: it stays with the handle, whatever the primary becomes. */
export const inboxOwner = ({ inbox, primary }: Pick<DirectoryEntry, 'inbox' | 'primary'>): PrimaryHex =>
  inbox ?? primaryHex(primary)
