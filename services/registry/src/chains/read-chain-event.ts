import { ChainEventAppended, chainSubject } from '@kez-chat/contracts'
import { eventJson, PoisonEvent, type StoredEvent } from '@kez-chat/eventlog'
import { IdentityError, parseAnyPrimary } from '@kez-chat/identity'
import { z } from 'zod'
import { chainOfPrimary } from './identifiers.ts'

const subjectOf = ({ primary }: ChainEventAppended): string => {
  try {
    return chainSubject(chainOfPrimary(parseAnyPrimary(primary)))
  } catch (error) {
    if (error instanceof IdentityError) return ''
    throw error
  }
}

/** @throws {PoisonEvent} for an unknown type or version, or an event on a subject where it does not belong */
export const readChainEvent = (stored: Pick<StoredEvent, 'subject' | 'seq' | 'data'>): ChainEventAppended => {
  const parsed = ChainEventAppended.safeParse(eventJson(stored))
  const where = `event ${stored.seq} of the sigchains`
  if (!parsed.success) throw new PoisonEvent(`${where} is not one this version knows: ${z.prettifyError(parsed.error)}`)
  if (subjectOf(parsed.data) !== stored.subject)
    throw new PoisonEvent(`${where} is on a subject where it does not belong`)
  return parsed.data
}
