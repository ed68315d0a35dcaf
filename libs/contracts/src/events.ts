import { z } from 'zod'
import { InviteHash, InviteId, Inviter, inviteLimits } from './invites.ts'
import { AnyPrimaryText, Handle, Hex32, Primary, Timestamp } from './primitives.ts'
import { maxProofs } from './proofs.ts'

/**
 * Events of the stream `IDENTITY` (architecture §2). `type` and `version` are in the event; a reader that meets
 * a type or version it does not know stops instead of skipping.
 */
export const HandleRegistered = z.object({
  type: z.literal('HandleRegistered'),
  version: z.literal(1),
  handle: Handle,
  primary: Primary,
  server: z.string().min(1).max(253),
  at: Timestamp,
  /** The signed registration envelope exactly as it was accepted: the proof anybody can check again. */
  registration: z.record(z.string(), z.unknown()),
})
export type HandleRegistered = z.infer<typeof HandleRegistered>

export const PrimaryBound = z.object({
  type: z.literal('PrimaryBound'),
  version: z.literal(1),
  primary: Primary,
  handle: Handle,
  at: Timestamp,
})
export type PrimaryBound = z.infer<typeof PrimaryBound>

export const TransportBound = z.object({
  type: z.literal('TransportBound'),
  version: z.literal(1),
  handle: Handle,
  primary: Primary,
  /** x-only secp256k1 public key of the person's nostr transport key. */
  nostr: Hex32,
  /** BIP-340 by the transport key over the primary and this server's name. */
  proof: z.string().regex(/^[0-9a-f]{128}$/),
  at: Timestamp,
})
export type TransportBound = z.infer<typeof TransportBound>

/** The subjects by which a person wants to be known; the list replaces the one before. Whether they hold is not in the log. */
export const ProofsSet = z.object({
  type: z.literal('ProofsSet'),
  version: z.literal(1),
  handle: Handle,
  primary: Primary,
  proofs: z.array(z.string().max(512)).max(maxProofs),
  at: Timestamp,
})
export type ProofsSet = z.infer<typeof ProofsSet>

/** The sigchain of `previous` was rotated: the handle belongs to `primary` from here on. In one batch with its `PrimaryBound`. */
export const HandleRebound = z.object({
  type: z.literal('HandleRebound'),
  version: z.literal(1),
  handle: Handle,
  primary: Primary,
  previous: Primary,
  at: Timestamp,
})
export type HandleRebound = z.infer<typeof HandleRebound>

/** The sigchain of `primary` ended and nobody can take the handle over: revoked, or rotated to a key that cannot have it. */
export const HandleEnded = z.object({
  type: z.literal('HandleEnded'),
  version: z.literal(1),
  handle: Handle,
  primary: Primary,
  status: z.enum(['rotated', 'revoked']),
  rotated_to: AnyPrimaryText.optional(),
  at: Timestamp,
})
export type HandleEnded = z.infer<typeof HandleEnded>

/** Why an operator barred somebody: for the log alone, and never free text. */
export const BarReason = z.enum(['abuse', 'lost_device', 'asked_for', 'other'])
export type BarReason = z.infer<typeof BarReason>

/** The operator bars a handle: whoever has it, under whatever key, is let in nowhere until it is restored. */
export const HandleBarred = z.object({
  type: z.literal('HandleBarred'),
  version: z.literal(1),
  handle: Handle,
  primary: Primary,
  reason: BarReason,
  at: Timestamp,
})
export type HandleBarred = z.infer<typeof HandleBarred>

/** The operator lets a barred handle in again. */
export const HandleRestored = z.object({
  type: z.literal('HandleRestored'),
  version: z.literal(1),
  handle: Handle,
  primary: Primary,
  at: Timestamp,
})
export type HandleRestored = z.infer<typeof HandleRestored>

export const HandleEvent = z.discriminatedUnion('type', [
  HandleRegistered,
  TransportBound,
  ProofsSet,
  HandleRebound,
  HandleEnded,
  HandleBarred,
  HandleRestored,
])
export type HandleEvent = z.infer<typeof HandleEvent>

/** A code by which so many may register until then; of the code itself only the hash is known. In one batch with `InvitesListed`. */
export const InviteIssued = z.object({
  type: z.literal('InviteIssued'),
  version: z.literal(1),
  ...InviteHash.shape,
  by: Inviter,
  uses: z.int().min(1).max(inviteLimits.uses),
  expires_at: Timestamp,
  at: Timestamp,
})
export type InviteIssued = z.infer<typeof InviteIssued>

/** Somebody registered by a code. In one batch with `HandleRegistered`. */
export const InviteUsed = z.object({
  type: z.literal('InviteUsed'),
  version: z.literal(1),
  id: InviteId,
  handle: Handle,
  at: Timestamp,
})
export type InviteUsed = z.infer<typeof InviteUsed>

export const InviteRevoked = z.object({
  type: z.literal('InviteRevoked'),
  version: z.literal(1),
  id: InviteId,
  at: Timestamp,
})
export type InviteRevoked = z.infer<typeof InviteRevoked>

/** The codes of one inviter that may still admit somebody: the last such event holds them all. */
export const InvitesListed = z.object({
  type: z.literal('InvitesListed'),
  version: z.literal(1),
  by: Inviter,
  open: z.array(z.object({ id: InviteId, expires_at: Timestamp })).max(inviteLimits.open),
  at: Timestamp,
})
export type InvitesListed = z.infer<typeof InvitesListed>

export const InviteEvent = z.discriminatedUnion('type', [InviteIssued, InviteUsed, InviteRevoked])
export type InviteEvent = z.infer<typeof InviteEvent>

/** What happens to people. */
export type PersonEvent = HandleEvent | PrimaryBound

export const IdentityEvent = z.discriminatedUnion('type', [
  ...HandleEvent.options,
  PrimaryBound,
  ...InviteEvent.options,
  InvitesListed,
])
export type IdentityEvent = z.infer<typeof IdentityEvent>

const ofHandles: ReadonlySet<string> = new Set(HandleEvent.options.map(({ shape }) => shape.type.value))

/** Whether an event belongs on the subject of a handle. */
export const isHandleEvent = (event: IdentityEvent): event is HandleEvent => ofHandles.has(event.type)
