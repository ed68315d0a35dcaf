import { type BarReason, DomainError, type HandleEvent } from '@kez-chat/contracts'
import type { HandleState, RegisteredHandle } from './evolve.ts'

const living = (state: HandleState): RegisteredHandle => {
  if (state.kind === 'free') throw new DomainError('not_found', 'nobody has this handle')
  if (state.ended) throw new DomainError('identity_ended', 'the identity behind this handle has ended already')
  return state
}

/** Barring again, for whatever reason, changes nothing. @throws {DomainError} `not_found`, `identity_ended` */
export const decideBar = (state: HandleState, { reason, at }: { reason: BarReason; at: string }): HandleEvent[] => {
  const { barred, primary, registered } = living(state)
  const { handle } = registered
  return barred ? [] : [{ type: 'HandleBarred', version: 1, handle, primary, reason, at }]
}

/** @throws {DomainError} `not_found`, `identity_ended` */
export const decideRestoring = (state: HandleState, at: string): HandleEvent[] => {
  const { barred, primary, registered } = living(state)
  const { handle } = registered
  return barred ? [{ type: 'HandleRestored', version: 1, handle, primary, at }] : []
}
