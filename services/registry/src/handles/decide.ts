import { DomainError, type Handle, type PersonEvent, type Primary } from '@kez-chat/contracts'
import { jcs } from '@kez-chat/identity'
import type { HandleState, PrimaryState } from './evolve.ts'

/** A registration that passed every check of its own; `registration` is the signed envelope. */
export type RegisterHandle = {
  handle: Handle
  primary: Primary
  server: string
  at: string
  registration: Record<string, unknown>
}

/** Whether this very envelope is the one by which the handle was taken: a retry after a lost answer. */
export const isSameRegistration = (state: HandleState, registration: Record<string, unknown>): boolean =>
  state.kind === 'registered' && jcs(state.registered.registration) === jcs(registration)

/** What is there before a registration; `chainEnded` says that the key was rotated or revoked by its own sigchain. */
export type Registering = { handleState: HandleState; primaryState: PrimaryState; chainEnded: boolean }

/** @throws {DomainError} `identity_ended`, `handle_taken`, `primary_taken` */
export const decideRegistration = (
  command: RegisterHandle,
  { handleState, primaryState, chainEnded }: Registering,
): PersonEvent[] => {
  if (chainEnded) throw new DomainError('identity_ended', 'this identity was rotated or revoked by its own sigchain')
  if (isSameRegistration(handleState, command.registration)) return []
  if (handleState.kind === 'registered') throw new DomainError('handle_taken', 'this handle is taken')
  if (primaryState.kind === 'bound') throw new DomainError('primary_taken', 'this identity already has a handle here')
  const { handle, primary, server, at, registration } = command
  return [
    { type: 'HandleRegistered', version: 1, handle, primary, server, at, registration },
    { type: 'PrimaryBound', version: 1, primary, handle, at },
  ]
}
