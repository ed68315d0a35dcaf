import {
  type ChainEventAppended,
  type ChainId,
  DomainError,
  maxChainBytes,
  maxChainEventBytes,
  maxChainEvents,
} from '@kez-chat/contracts'
import {
  type ChainHead,
  emptyChain,
  formatTimestamp,
  parseAnyPrimary,
  parseTimestamp,
  validateAppend,
} from '@kez-chat/identity'
import { asDomainError } from '../handles/verify.ts'
import { primaryOfChain } from './identifiers.ts'

type SignedEvent = Record<string, unknown>

const statusOf = ({ status, rotated_to: to }: ChainEventAppended): ChainHead['status'] =>
  status === 'rotated' && to !== undefined
    ? { kind: 'rotated', to: parseAnyPrimary(to) }
    : { kind: status === 'active' ? 'active' : 'revoked' }

/** What the next event is judged by. */
const headAfter = (last: ChainEventAppended): ChainHead => ({
  primary: parseAnyPrimary(last.primary),
  length: last.seq + 1,
  head: last.hash,
  lastCreatedAt: parseTimestamp(last.created_at),
  status: statusOf(last),
})

/** A chain that is full can still be ended: by a rotation, or by the revocation of its own key. */
const checkRoom = (seq: number, bytes: number, ends: boolean): void => {
  if (ends) return
  if (seq >= maxChainEvents - 1)
    throw new DomainError('too_large', `this chain has ${seq} events; it can only be rotated or revoked now`)
  if (bytes > maxChainBytes - maxChainEventBytes)
    throw new DomainError('too_large', `this chain would be longer than ${maxChainBytes} bytes`)
}

/**
 * Judges one signed event by the end of its chain, whatever the length of the chain.
 * @param now unix milliseconds
 * @throws {DomainError} with the code of the check that failed; `chain_conflict` and `identity_ended` only for an event
 *   whose signature is good
 */
export const decideAppend = (
  id: ChainId,
  last: ChainEventAppended | undefined,
  event: SignedEvent,
  now: number,
): ChainEventAppended => {
  const primary = primaryOfChain(id)
  const appended = asDomainError(() => validateAppend(last ? headAfter(last) : emptyChain(primary), event, now))
  const { status } = appended.head
  const { seq, hash, createdAt } = appended.event
  const bytes = (last?.bytes ?? 0) + Buffer.byteLength(JSON.stringify(event)) + 1
  checkRoom(seq, bytes, status.kind !== 'active')
  return {
    type: 'ChainEventAppended',
    version: 1,
    primary,
    seq,
    hash,
    bytes,
    status: status.kind,
    ...(status.kind === 'rotated' ? { rotated_to: status.to } : {}),
    created_at: formatTimestamp(createdAt),
    at: formatTimestamp(now),
    event,
  }
}
