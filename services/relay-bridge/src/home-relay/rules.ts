import { relayLimits } from '@kez-chat/contracts'
import { MessageError } from '@kez-chat/messaging'
import {
  checkEventTime,
  eventBytes,
  KIND_ACK,
  KIND_APP_DATA,
  KIND_DELETION,
  KIND_MESSAGE,
  KIND_VANISH,
  type NostrEvent,
  normalizeRelayUrl,
  onlyTag,
  readAckEvent,
  readMessageEvent,
  tagValues,
} from '@kez-chat/messaging/nostr'
import { appDataName, listKinds, mailKinds } from './kinds.ts'
import type { People, Person } from './people.ts'
import { maxTargets, targetsOf } from './take-back.ts'

/** Why an event is not taken, with a prefix of NIP-01 in front: `invalid:`, `blocked:`, `restricted:`, … */
export class NotTaken extends Error {
  override readonly name: string = 'NotTaken'
}

/** Nobody here, as far as is known, is the one that the event is for or by. */
export class NotRegistered extends NotTaken {}

/** What an event is to this relay. `author` of a list is the person to whose transport key it belongs. */
export type Purpose = { for: 'mail'; to: Person } | { for: 'list' | 'delete' | 'vanish'; author: Person }

export type Rules = { people: People; url: string; now: number }

const allRelays = 'ALL_RELAYS'

const mailFor = (event: NostrEvent, { people }: Rules): Purpose => {
  const { address } = event.kind === KIND_MESSAGE ? readMessageEvent(event) : readAckEvent(event)
  const to = people.byAddress(address)
  if (!to) throw new NotRegistered('blocked: not addressed to anybody who is registered here')
  return { for: 'mail', to }
}

const byAuthor = (event: NostrEvent, { people, url, now }: Rules): Purpose => {
  const author = people.byTransportKey(event.pubkey)
  if (!author)
    throw new NotRegistered('restricted: the author is not the transport key of anybody who is registered here')
  if (event.created_at * 1_000 > now + relayLimits.newest * 1_000)
    throw new NotTaken('invalid: dated more than 5 minutes ahead')
  if (event.kind === KIND_DELETION) {
    const { ids, kinds } = targetsOf(event)
    if (ids.size + kinds.size === 0) throw new NotTaken('invalid: names nothing that this relay could delete')
    if (ids.size + kinds.size > maxTargets) throw new NotTaken(`invalid: names more than ${maxTargets} events`)
    return { for: 'delete', author }
  }
  if (event.kind === KIND_VANISH) {
    if (!tagValues(event, 'relay').some((relay) => relay === allRelays || isSameRelay(relay, url)))
      throw new NotTaken('invalid: does not name this relay')
    return { for: 'vanish', author }
  }
  if (event.kind === KIND_APP_DATA && onlyTag(event, 'd') !== appDataName)
    throw new NotTaken('blocked: of kind 30078 only d = kez is taken here')
  return { for: 'list', author }
}

/** Whether a URL names this relay. A server on this machine has many names, and the port that it is reached by. */
export const isSameRelay = (text: string, own: string): boolean => {
  try {
    return sameNames(normalizeRelayUrl(text)) === sameNames(normalizeRelayUrl(own))
  } catch (error) {
    if (error instanceof MessageError) return false
    throw error
  }
}

const sameNames = (url: string): string =>
  url.replace(/^wss?:/, '').replace(/^\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(?=\/|$)/, '//localhost')

/**
 * Decides from an event alone, and who is registered, what it is to this relay. Its signature is not looked at.
 * @throws {NotTaken}
 */
export const purposeOf = (event: NostrEvent, rules: Rules): Purpose => {
  const { kind } = event
  if (!mailKinds.has(kind) && !listKinds.has(kind) && kind !== KIND_DELETION && kind !== KIND_VANISH)
    throw new NotTaken(`blocked: kind ${kind} is not taken here`)
  try {
    checkEventTime(event, rules.now)
    if (eventBytes(event) > relayLimits.eventBytes) throw new NotTaken('invalid: the event is too large')
    return kind === KIND_MESSAGE || kind === KIND_ACK ? mailFor(event, rules) : byAuthor(event, rules)
  } catch (error) {
    if (error instanceof MessageError) throw new NotTaken(`invalid: ${error.message}`)
    throw error
  }
}
