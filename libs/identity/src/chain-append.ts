import type { AnyPrimary } from './any-primary.ts'
import { readChange } from './chain-change.ts'
import { advance, type ChainEvent, type ChainHead } from './chain-head.ts'
import { CLOCK_SKEW_MS } from './claim.ts'
import { IdentityError } from './errors.ts'
import { hasExactly, type JsonRecord } from './record.ts'
import {
  canonicalHash,
  type DocumentKind,
  openEnvelope,
  type SignedEnvelope,
  type SignedPayload,
} from './signed-envelope.ts'
import { parseTimestamp } from './timestamp.ts'

/** The document kind of sigchain events. */
export const EVENT_KIND: DocumentKind = { kez: 'sigchain_event', type: 'kez.sigchain.event', version: 1 }

/** What an event says (protocol §1); `payload` belongs to `op`. */
export interface SigchainEventPayload extends SignedPayload<AnyPrimary> {
  readonly seq: number
  readonly prev?: string
  /** RFC 3339, UTC. */
  readonly created_at: string
  readonly op: string
  readonly payload: object
}

/** A signed event of a sigchain. */
export type SigchainEvent = SignedEnvelope<SigchainEventPayload>

const FIELDS = ['type', 'version', 'primary', 'seq', 'created_at', 'op', 'payload']

const checkPlace = (head: ChainHead, { seq, prev }: JsonRecord): void => {
  if (head.status.kind === 'rotated') {
    throw new IdentityError('identity_ended', `this key was rotated to ${head.status.to}: it appends nothing more`)
  }
  if (head.status.kind === 'revoked') {
    throw new IdentityError('identity_ended', 'this key was revoked by itself: it appends nothing more')
  }
  if (!Number.isSafeInteger(seq)) throw new IdentityError('malformed', 'seq is a whole number')
  if (seq !== head.length) {
    throw new IdentityError('chain_conflict', `the next event of this chain is ${head.length}`, { next: head.length })
  }
  if (prev !== undefined && typeof prev !== 'string') throw new IdentityError('malformed', 'prev is a hash')
  if (prev !== head.head) {
    const expected = head.head ?? 'absent, for the chain is empty'
    throw new IdentityError('chain_conflict', `prev does not name the last event of this chain: it is ${expected}`)
  }
}

const timeOf = (head: ChainHead, created: unknown, now: number | undefined): number => {
  if (typeof created !== 'string') throw new IdentityError('malformed', 'created_at is a time')
  const createdAt = parseTimestamp(created)
  if (head.lastCreatedAt !== undefined && createdAt < head.lastCreatedAt) {
    throw new IdentityError('invalid', 'the event is dated before the one it follows')
  }
  if (now !== undefined && createdAt > now + CLOCK_SKEW_MS) {
    throw new IdentityError('stale_timestamp', 'the event is dated in the future')
  }
  return createdAt
}

/** An event and the head of the chain once it stands at the end. */
export interface Appended {
  readonly event: ChainEvent
  readonly head: ChainHead
}

/**
 * Judges one event against the head of its chain, in a time that does not depend on the length of the chain. In this
 * order: envelope, signature, whose chain it is, whether the chain has ended, `seq`, `prev`, `created_at` (never before
 * that of the last event), and the rules of its op.
 * @param now unix milliseconds: with it, an event more than 5 minutes ahead is refused. Give it when somebody appends.
 * @throws IdentityError `malformed`, `wrong_type`, `unknown_version`, `key_mismatch`, `unsupported_algorithm`,
 *   `too_large`, `weak_key`, `invalid_signature`, `identity_ended`, `chain_conflict` (`seq` or `prev`), `invalid`,
 *   `stale_timestamp`
 */
export const validateAppend = (head: ChainHead, value: unknown, now?: number): Appended => {
  const { payload, canonical } = openEnvelope(value, EVENT_KIND)
  if (!hasExactly(payload, FIELDS, ['prev'])) {
    throw new IdentityError('malformed', 'an event is { type, version, primary, seq, prev?, created_at, op, payload }')
  }
  if (payload.primary !== head.primary)
    throw new IdentityError('key_mismatch', 'the event belongs to the chain of another key')
  checkPlace(head, payload)
  const createdAt = timeOf(head, payload.created_at, now)
  const change = readChange(payload.op, payload.payload, head)
  const event: ChainEvent = { seq: head.length, hash: canonicalHash(canonical), createdAt, change }
  return { event, head: advance(head, event) }
}
