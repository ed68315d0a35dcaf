import {
  type ChainEventAppended,
  type ChainId,
  DomainError,
  Primary,
  PrimaryHex,
  primaryHex,
} from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { z } from 'zod'
import { loadPrimary } from '../log/load.ts'
import { loadChainEnd } from './load.ts'

/** What must be known of a rotation besides the chain: only whose key has a handle here is asked anything. */
export type Successor = { kind: 'any' } | { kind: 'not_for_chat' } | { kind: 'key'; taken: boolean; ended: boolean }

const RotationInside = z.object({
  payload: z.object({ op: z.literal('rotate'), payload: z.object({ new_primary: z.string() }) }),
})

export const loadSuccessor = async (
  jetstream: JetStream,
  { alg, key }: ChainId,
  event: Record<string, unknown>,
): Promise<Successor> => {
  const rotation = RotationInside.safeParse(event)
  if (!rotation.success || alg !== 'ed25519') return { kind: 'any' }
  if ((await loadPrimary(jetstream, PrimaryHex.parse(key))).kind === 'free') return { kind: 'any' }
  const next = Primary.safeParse(rotation.data.payload.payload.new_primary)
  if (!next.success) return { kind: 'not_for_chat' }
  const hex = primaryHex(next.data)
  const [bound, { last }] = await Promise.all([
    loadPrimary(jetstream, hex),
    loadChainEnd(jetstream, { alg: 'ed25519', key: hex }),
  ])
  return { kind: 'key', taken: bound.kind === 'bound', ended: last !== undefined && last.status !== 'active' }
}

/**
 * Refuses a rotation after which the handle could not follow.
 * @throws {DomainError} `unsupported_algorithm`, `primary_taken`, `invalid`
 */
export const checkSuccessor = ({ status }: ChainEventAppended, successor: Successor): void => {
  if (status !== 'rotated' || successor.kind === 'any') return
  if (successor.kind === 'not_for_chat')
    throw new DomainError(
      'unsupported_algorithm',
      'this key has a handle here, which only an ed25519 key can take over',
    )
  if (successor.taken) throw new DomainError('primary_taken', 'the new key already has a handle here')
  if (successor.ended) throw new DomainError('invalid', 'the chain of the new key has ended itself')
}
