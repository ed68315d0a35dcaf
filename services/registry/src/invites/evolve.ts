import type { InviteEvent, InviteIssued, InvitesListed } from '@kez-chat/contracts'
import { PoisonEvent } from '@kez-chat/eventlog'

/** What the events on a code's subject come to. `seq` is that of the last one. */
export type InviteState =
  | { kind: 'unknown'; seq: 0 }
  | { kind: 'issued'; issued: InviteIssued; used: number; revoked: boolean; seq: number }

export type IssuedInvite = Extract<InviteState, { kind: 'issued' }>

export const unknownInvite: InviteState = { kind: 'unknown', seq: 0 }

/** @throws {PoisonEvent} when the event cannot follow */
export const evolveInvite = (state: InviteState, event: InviteEvent, seq: number): IssuedInvite => {
  if (event.type === 'InviteIssued') {
    if (state.kind === 'issued') throw new PoisonEvent(`event ${seq} issues a code a second time`)
    return { kind: 'issued', issued: event, used: 0, revoked: false, seq }
  }
  if (state.kind === 'unknown') throw new PoisonEvent(`event ${seq} is about a code that nobody issued`)
  switch (event.type) {
    case 'InviteUsed':
      if (state.used >= state.issued.uses) throw new PoisonEvent(`event ${seq} uses a code more often than it may be`)
      return { ...state, used: state.used + 1, seq }
    case 'InviteRevoked':
      return { ...state, revoked: true, seq }
    default:
      return event satisfies never
  }
}

/** The codes of one inviter that were open when last one was issued. */
export type InviterState = { open: InvitesListed['open']; seq: number }

export const noInvites: InviterState = { open: [], seq: 0 }
