import { DomainError, type Handle, type HandleEvent, type Primary } from '@kez-chat/contracts'
import type { HandleState } from '../handles/evolve.ts'
import { ownedBy } from '../handles/owned-by.ts'

/** The proof has been verified: whoever holds `primary` also holds `nostr`. */
export type BindTransport = { handle: Handle; primary: Primary; nostr: string; proof: string; at: string }

/** A handle's history stays short enough to load with every command. */
export const maxBindings = 64

/** @throws {DomainError} `not_found`, `identity_ended`, `unauthorized`, `invalid` */
export const decideTransport = (command: BindTransport, state: HandleState): HandleEvent[] => {
  const current = ownedBy(state, command.primary)
  if (current.nostr === command.nostr) return []
  if (current.bindings >= maxBindings)
    throw new DomainError('invalid', `the transport key was changed ${maxBindings} times, which is the most there is`)
  return [{ type: 'TransportBound', version: 1, ...command }]
}
