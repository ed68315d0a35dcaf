import {
  consumerName,
  inboxStreamOf,
  maxConsumersPerPerson,
  type PrimaryHex,
  personSubject,
  replyPrefix,
} from '@kez-chat/contracts'
import { ackSubjects, nextSubject, type Permissions } from './permissions.ts'

/** Somebody who has shown that they hold a registered, active identity. */
export type Principal = {
  /** The key of the identity, as it is now. */
  readonly primary: PrimaryHex
  /** The key of the inbox: the first one of the handle (`inboxOwner`). */
  readonly inbox: PrimaryHex
  /** 32 hex digits that nobody else knows: the end of the connection's reply prefix. */
  readonly replyRandom: string
}

export type PeopleScale = {
  readonly inboxStreams: number
  /** Pull consumers that a person may have, 1 to 32. */
  readonly consumersPerPerson: number
}

/**
 * All that a person's connection may do (architecture §5): hear that something came, ask the gateway to send and to make
 * consumers, fetch from the consumers of the own inbox and acknowledge. Exact names throughout, because NATS wildcards match whole
 * tokens only.
 * @throws RangeError when `consumersPerPerson` is out of bounds or `replyRandom` is not 32 hex digits
 */
export const permissionsFor = (
  { primary, inbox, replyRandom }: Principal,
  { inboxStreams, consumersPerPerson }: PeopleScale,
): Permissions => {
  if (!/^[0-9a-f]{32}$/.test(replyRandom)) throw new RangeError('a reply prefix ends in 32 hex digits')
  if (!Number.isInteger(consumersPerPerson) || consumersPerPerson < 1 || consumersPerPerson > maxConsumersPerPerson)
    throw new RangeError(`a person has 1 to ${maxConsumersPerPerson} consumers`)
  const stream = inboxStreamOf(inbox, inboxStreams)
  const consumers = Array.from({ length: consumersPerPerson }, (_, slot) => consumerName(inbox, slot))
  return {
    publish: [
      personSubject.send(primary),
      personSubject.consumer(primary),
      ...consumers.flatMap((consumer) => [nextSubject(stream, consumer), ...ackSubjects(stream, consumer)]),
    ],
    subscribe: [`kez.inbox.${inbox}.>`, `${replyPrefix(primary, replyRandom)}.>`],
  }
}
