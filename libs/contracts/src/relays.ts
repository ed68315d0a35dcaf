import { z } from 'zod'
import { Seq, Timestamp } from './primitives.ts'

/** How far back a relay is read when nothing is known of it, and behind its newest event else (protocol §4). */
export const relayLookBackHours = 48

/** A relay's URL as settings and storage have it: normal form, no credentials, query or fragment. */
export const RelayUrl = z.string().regex(/^wss?:\/\/[^\s?#@]{1,500}$/, 'must be a relay like wss://relay.example.org')

/** KV `relay-leases`: who listens on a relay. `epoch` grows with every owner; a lease that has expired is anybody's. */
export const RelayLease = z.object({
  url: RelayUrl,
  owner: z.string().max(128),
  epoch: z.int().positive(),
  /** Unix milliseconds. */
  expires_at: z.int(),
})
export type RelayLease = z.infer<typeof RelayLease>

/** KV `relay-cursors`: from which `created_at` (unix seconds) a relay has to be read again, and the lease it was written under. */
export const RelayCursor = z.object({ url: RelayUrl, epoch: z.int().positive(), since: z.int().min(0) })
export type RelayCursor = z.infer<typeof RelayCursor>

/**
 * What the bridge is doing with a relay. `backing_off` waits after a loss or a refusal; `penalised` waits because the relay
 * sent junk, floods or lies.
 */
export const RelayState = z.enum(['connecting', 'connected', 'backing_off', 'penalised', 'stopped'])
export type RelayState = z.infer<typeof RelayState>

/** One relay as `GET /v1/relays` shows it; counts are since its present owner took it. */
export const RelayStatus = z.object({
  url: RelayUrl,
  state: RelayState,
  latency_ms: z.int().min(0).optional().describe('Last round trip of a ping'),
  accepted: Seq.describe('Events that are in an inbox, new or not'),
  rejected: Seq.describe('Events that were refused'),
  last_event_at: Timestamp.optional().describe('When the last event was accepted'),
  reason: z.string().max(200).optional().describe('Why it is not connected, in fixed words'),
  updated_at: Timestamp,
})
export type RelayStatus = z.infer<typeof RelayStatus>

/** `GET /v1/relays` */
export const RelayList = z.object({ relays: z.array(RelayStatus) })
export type RelayList = z.infer<typeof RelayList>
