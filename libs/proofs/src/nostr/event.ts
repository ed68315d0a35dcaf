import { fromHex, toHex } from '@kez-chat/identity'
import { schnorr } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { z } from 'zod'

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))

const Event = z.object({
  id: hex(32),
  pubkey: hex(32),
  created_at: z.int().min(0),
  kind: z.int().min(0).max(65_535),
  tags: z.array(z.array(z.string())).max(2_000),
  content: z.string(),
  sig: hex(64),
})

/** A nostr event (NIP-01). */
export type NostrEvent = z.infer<typeof Event>

const idOf = ({ pubkey, created_at, kind, tags, content }: NostrEvent): string =>
  toHex(sha256(new TextEncoder().encode(JSON.stringify([0, pubkey, created_at, kind, tags, content]))))

/** An event as it came, by `author`; whether it is theirs tells `isAuthentic`. Undefined for anything else. */
export const readEvent = (value: unknown, author: string): NostrEvent | undefined => {
  const { data: event } = Event.safeParse(value)
  return event?.pubkey === author ? event : undefined
}

/** Whether id and signature hold: only then did its author say it. The costly part. */
export const isAuthentic = (event: NostrEvent): boolean =>
  event.id === idOf(event) && schnorr.verify(fromHex(event.sig, 64), fromHex(event.id, 32), fromHex(event.pubkey, 32))
