import { z } from 'zod'

/** A bare handle as stored: 3–32 of `a-z0-9_-`, first a letter or digit (protocol §2). */
export const Handle = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{2,31}$/, 'must be 3 to 32 of a-z 0-9 _ - and start with a letter or digit')
  .brand<'Handle'>()
export type Handle = z.infer<typeof Handle>

/** The 64 hex digits of an ed25519 public key, without the `ed25519:` in front. */
export const PrimaryHex = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
  .brand<'PrimaryHex'>()
export type PrimaryHex = z.infer<typeof PrimaryHex>

/** `ed25519:<64 hex>`: the only kind of primary that chat accepts (protocol §1). */
export const Primary = z
  .string()
  .regex(/^ed25519:[0-9a-f]{64}$/, 'must be ed25519: and 64 lower-case hex digits')
  .brand<'Primary'>()
export type Primary = z.infer<typeof Primary>

/** A primary of either kind, where people who do not chat here may be meant: in sigchains and as their successors. */
export const AnyPrimaryText = z
  .string()
  .regex(/^(ed25519:[0-9a-f]{64}|nostr:npub1[02-9ac-hj-np-z]{58})$/, 'must be a primary')

/** 32 bytes in lower-case hex: message ids, event ids, nostr public keys. */
export const Hex32 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')

/** RFC 3339 UTC with 0–3 fraction digits (protocol, opening). */
export const Timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, 'must be RFC 3339 in UTC')

/** A stream sequence used as a cursor; exact in a JSON number. */
export const Seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** A sequence in a query string: canonical decimal, no sign, no leading zero. */
export const SeqParam = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/, 'must be a whole number in canonical decimal')
  .transform(Number)
  .refine(Number.isSafeInteger, 'is too large')

export const primaryHex = (primary: Primary): PrimaryHex => PrimaryHex.parse(primary.slice('ed25519:'.length))
export const primaryOf = (hex: PrimaryHex): Primary => Primary.parse(`ed25519:${hex}`)
