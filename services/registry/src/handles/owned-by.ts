import { DomainError, type Primary } from '@kez-chat/contracts'
import type { HandleState, RegisteredHandle } from './evolve.ts'

/** A handle that `primary` has now. @throws {DomainError} `not_found`, `identity_ended`, `handle_barred`, `unauthorized` */
export const ownedBy = (state: HandleState, primary: Primary): RegisteredHandle => {
  if (state.kind === 'free') throw new DomainError('not_found', 'nobody has this handle')
  if (state.ended) throw new DomainError('identity_ended', 'the identity behind this handle has ended')
  if (state.barred) throw new DomainError('handle_barred', 'the operator of this server has barred this handle')
  if (state.primary !== primary) throw new DomainError('unauthorized', 'this handle belongs to another identity')
  return state
}
