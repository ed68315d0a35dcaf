import type { AnyPrimary } from './any-primary.ts'
import type { ChainChange } from './chain-change.ts'

/** Whether a chain may grow, and if not, why. */
export type ChainStatus =
  | { readonly kind: 'active' }
  | { readonly kind: 'rotated'; readonly to: AnyPrimary }
  | { readonly kind: 'revoked' }

/**
 * All that the next event of a sigchain is judged by. Plain JSON of a fixed size, so that a server can keep it beside
 * the chain and append without reading the chain.
 */
export interface ChainHead {
  readonly primary: AnyPrimary
  /** Number of events, which is the `seq` of the next one. */
  readonly length: number
  /** `sha256:` and 64 hex digits: the hash of the last event; absent while the chain is empty. */
  readonly head?: string
  /** `created_at` of the last event in unix milliseconds; absent while the chain is empty. */
  readonly lastCreatedAt?: number
  readonly status: ChainStatus
}

/** A sigchain event that has passed every check against the head before it. */
export interface ChainEvent {
  readonly seq: number
  /** `sha256:` and 64 hex digits. */
  readonly hash: string
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly change: ChainChange
}

/** The chain of a key that has said nothing yet. */
export const emptyChain = (primary: AnyPrimary): ChainHead => ({ primary, length: 0, status: { kind: 'active' } })

const statusAfter = (primary: AnyPrimary, change: ChainChange): ChainStatus => {
  if (change.op === 'rotate') return { kind: 'rotated', to: change.newPrimary }
  if (change.op === 'revoke' && change.subject === primary) return { kind: 'revoked' }
  return { kind: 'active' }
}

/** The head once `event` stands at the end. */
export const advance = ({ primary, length }: ChainHead, event: ChainEvent): ChainHead => ({
  primary,
  length: length + 1,
  head: event.hash,
  lastCreatedAt: event.createdAt,
  status: statusAfter(primary, event.change),
})
