import { z } from 'zod'
import { Handle, Hex32, Primary, Seq, Timestamp } from './primitives.ts'

/** Whether the primary behind a handle is its owner's current one. */
export const IdentityStatus = z.enum(['active'])

/**
 * One person in the KV bucket `directory`, stored under `h.<handle>` and `p.<primary hex>`. `seq` is the sequence in
 * `IDENTITY` of the last event that is applied, so that a writer never replaces newer by older.
 */
export const DirectoryEntry = z.object({
  handle: Handle,
  primary: Primary,
  server: z.string(),
  registered_at: Timestamp,
  seq: Seq,
  nostr: Hex32.optional(),
  status: IdentityStatus,
})
export type DirectoryEntry = z.infer<typeof DirectoryEntry>
