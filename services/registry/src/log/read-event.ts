import { IdentityEvent, identitySubject, primaryHex } from '@kez-chat/contracts'
import { eventJson, PoisonEvent, type StoredEvent } from '@kez-chat/eventlog'
import { z } from 'zod'

/** The subject on which an event belongs. */
export const subjectOf = (event: IdentityEvent): string => {
  switch (event.type) {
    case 'PrimaryBound':
      return identitySubject.primary(primaryHex(event.primary))
    case 'InviteIssued':
    case 'InviteUsed':
    case 'InviteRevoked':
      return identitySubject.invite(event.id)
    case 'InvitesListed':
      return identitySubject.inviter(event.by)
    default:
      return identitySubject.handle(event.handle)
  }
}

/** @throws {PoisonEvent} for an unknown type or version, or an event on a subject where it does not belong */
export const readIdentityEvent = (stored: StoredEvent): IdentityEvent => {
  const parsed = IdentityEvent.safeParse(eventJson(stored))
  const where = `event ${stored.seq}`
  if (!parsed.success) throw new PoisonEvent(`${where} is not one this version knows: ${z.prettifyError(parsed.error)}`)
  if (subjectOf(parsed.data) !== stored.subject)
    throw new PoisonEvent(`${where} is a ${parsed.data.type} on a subject where it does not belong`)
  return parsed.data
}
