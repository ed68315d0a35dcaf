import { z } from 'zod'
import { AnyPrimaryText, Hex32, Seq, Timestamp } from './primitives.ts'

/** Kinds of keys that have sigchains here; the first token of their identifier (protocol §1). */
export const ChainAlg = z.enum(['ed25519', 'nostr'])
export type ChainAlg = z.infer<typeof ChainAlg>

/** Which chain: the kind of key and the key as 64 hex digits, also for nostr keys. */
export const ChainId = z.object({ alg: ChainAlg, key: Hex32 })
export type ChainId = z.infer<typeof ChainId>

/** Most events of one chain. The last place is kept for the event that ends it. */
export const maxChainEvents = 1_000
/** Most bytes of one chain, counted as JSON lines. Room for the event that ends it is kept beside them. */
export const maxChainBytes = 1024 * 1024
/** Largest request body with one event. */
export const maxChainEventBytes = 96 * 1024

/** `sha256:` and 64 hex digits: the hash by which the next event names this one. */
export const EventHash = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 lower-case hex digits')

/** Whether a chain can still grow, or how it ended. */
export const ChainStatus = z.enum(['active', 'rotated', 'revoked'])

/** Where a chain stands: its last event, without the event itself. */
export const ChainHead = z.object({
  primary: AnyPrimaryText,
  seq: Seq.describe('Of the last event; the first has 0'),
  hash: EventHash.describe('`prev` of the next event'),
  length: z.int().min(1),
  appended_at: Timestamp.describe('When this server took the last event in'),
  status: ChainStatus,
  rotated_to: AnyPrimaryText.optional().describe('The new primary, when the status is `rotated`'),
})
export type ChainHead = z.infer<typeof ChainHead>

/**
 * Event of the stream `CHAINS`, on `chain.<alg>.<key>`: one signed sigchain event. Nothing can follow an event that ends
 * its chain, so the last one alone tells how the chain stands, and whether the next one fits.
 */
export const ChainEventAppended = z.object({
  type: z.literal('ChainEventAppended'),
  version: z.literal(1),
  primary: AnyPrimaryText,
  seq: Seq,
  hash: EventHash,
  /** Of the whole chain up to and with this event, as JSON lines. */
  bytes: z.int().min(1),
  status: ChainStatus,
  rotated_to: AnyPrimaryText.optional(),
  /** Of the signed event: the next one is not dated before it. */
  created_at: Timestamp,
  /** When it was taken in. */
  at: Timestamp,
  /** The signed envelope as it was posted. */
  event: z.record(z.string(), z.unknown()),
})
export type ChainEventAppended = z.infer<typeof ChainEventAppended>

/** The head of a chain whose last event this is. */
export const chainHeadOf = ({ primary, seq, hash, status, rotated_to: to, at }: ChainEventAppended): ChainHead => ({
  primary,
  seq,
  hash,
  length: seq + 1,
  appended_at: at,
  status,
  ...(to === undefined ? {} : { rotated_to: to }),
})
