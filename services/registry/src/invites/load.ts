import { type InviteId, type Inviter, identitySubject, streamName } from '@kez-chat/contracts'
import { type JetStream, loadLast, loadSubject, PoisonEvent } from '@kez-chat/eventlog'
import { readIdentityEvent } from '../log/read-event.ts'
import { evolveInvite, type InviterState, type InviteState, noInvites, unknownInvite } from './evolve.ts'

/** A code as every acknowledged event has made it. */
export const loadInvite = async (jetstream: JetStream, id: InviteId): Promise<InviteState> => {
  let state = unknownInvite
  for (const stored of await loadSubject(jetstream, streamName.identity, identitySubject.invite(id))) {
    const event = readIdentityEvent(stored)
    if (event.type !== 'InviteIssued' && event.type !== 'InviteUsed' && event.type !== 'InviteRevoked')
      throw new PoisonEvent(`event ${stored.seq} is not one of an invite code`)
    state = evolveInvite(state, event, stored.seq)
  }
  return state
}

/** What an inviter has open: the last event alone says it. */
export const loadInviter = async (jetstream: JetStream, by: Inviter): Promise<InviterState> => {
  const stored = await loadLast(jetstream, streamName.identity, identitySubject.inviter(by))
  if (!stored) return noInvites
  const event = readIdentityEvent(stored)
  if (event.type !== 'InvitesListed') throw new PoisonEvent(`event ${stored.seq} is not one of an inviter`)
  return { open: event.open, seq: stored.seq }
}
