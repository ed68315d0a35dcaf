import { type ChainEventAppended, type PersonEvent, Primary } from '@kez-chat/contracts'
import { PoisonEvent } from '@kez-chat/eventlog'
import type { HandleState, PrimaryState } from '../handles/evolve.ts'

/** A handle, the end of the chain of the key that has it, and the key to which that chain was rotated. */
export type Settling = {
  handle: HandleState
  chainEnd: ChainEventAppended | undefined
  /** Undefined when there is no rotation, or one to a key that cannot have a handle here. */
  successor: { primary: Primary; state: PrimaryState } | undefined
}

/** The key to which a chain was rotated, where it is one that can have a handle. */
export const successorIn = (chainEnd: ChainEventAppended | undefined): Primary | undefined =>
  chainEnd?.status === 'rotated' ? Primary.safeParse(chainEnd.rotated_to).data : undefined

/** What follows for a handle from how the chain of its key stands; nothing when it is settled. */
export const decideSettlement = ({ handle: state, chainEnd, successor }: Settling, at: string): PersonEvent[] => {
  if (state.kind === 'free') throw new PoisonEvent('a bound key belongs to a handle that nobody took')
  if (state.ended || !chainEnd || chainEnd.status === 'active') return []
  const { primary, registered } = state
  const { handle } = registered
  if (successor?.state.kind === 'free') {
    const { primary: next } = successor
    return [
      { type: 'HandleRebound', version: 1, handle, primary: next, previous: primary, at },
      { type: 'PrimaryBound', version: 1, primary: next, handle, at },
    ]
  }
  const { status, rotated_to: to } = chainEnd
  return [{ type: 'HandleEnded', version: 1, handle, primary, status, ...(to && { rotated_to: to }), at }]
}
