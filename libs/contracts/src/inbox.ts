import { z } from 'zod'
import { Hex32, Timestamp } from './primitives.ts'

/** Largest sealed envelope, counted as its JCS in UTF-8 (protocol §2). */
export const maxEnvelopeBytes = 256 * 1024

/** Largest request body read from the wire before anything is parsed; leaves room for white space and escapes. */
export const maxBodyBytes = 512 * 1024

/** Deepest nesting of JSON that is accepted anywhere. */
export const maxJsonDepth = 64

/** An opaque sealed envelope: the server looks at its size and its hash, never inside. */
export const OpaqueEnvelope = z
  .record(z.string(), z.unknown())
  .describe('A sealed envelope; opaque to the server, at most 256 KiB as JCS')

/** By which way a message came to the home server. */
export const InboxVia = z.string().max(512)

/** What an inbox stream stores (architecture §3). `id` = hex(SHA-256(JCS(envelope))), the same on every route. */
export const InboxRecord = z.object({
  id: Hex32,
  received_at: Timestamp,
  via: InboxVia,
  wake: z.boolean(),
  envelope: OpaqueEnvelope.optional(),
  event: z.record(z.string(), z.unknown()).optional(),
})
export type InboxRecord = z.infer<typeof InboxRecord>

/** `Nats-Msg-Id` of an inbox message: ids are stream-wide, so the recipient is part of it. */
export const inboxMessageId = (primaryHex: string, id: string): string => `${primaryHex}:${id}`
