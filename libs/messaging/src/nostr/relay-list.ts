import { MessageError } from '../errors.ts'
import type { TransportKey } from '../transport-key.ts'
import type { NostrEvent } from './event.ts'
import { KIND_INBOX_RELAYS, KIND_RELAY_LIST } from './kinds.ts'
import { isPublicRelayUrl, normalizeRelayUrl } from './relay-url.ts'
import { signEvent } from './sign-event.ts'
import { tagValues } from './tags.ts'

/** Most relays of a list that are looked at, and most a list of ours may name. */
export const MAX_LISTED_RELAYS = 32
/** Most relays of somebody else's choice a client writes to (protocol §4). */
export const MAX_PEER_RELAYS = 4

/** A relay in somebody's list (NIP-65). */
export interface ListedRelay {
  /** Normalised. */
  readonly url: string
  /** They read there what is for them. */
  readonly read: boolean
  /** They write there what they say. */
  readonly write: boolean
}

const markerOf = ({ read, write }: ListedRelay): string[] => {
  if (read && write) return []
  return [read ? 'read' : 'write']
}

const checkCount = (relays: readonly unknown[]): void => {
  if (relays.length > MAX_LISTED_RELAYS) throw new MessageError('too_large', `more than ${MAX_LISTED_RELAYS} relays`)
}

/**
 * One's relays as an event of kind 10002 (NIP-65). A relay for neither direction is left out.
 * @param at unix milliseconds
 * @throws MessageError `malformed`, `too_large`
 */
export const createRelayListEvent = (relays: readonly ListedRelay[], at: number, key: TransportKey): NostrEvent => {
  checkCount(relays)
  const used = relays.filter(({ read, write }) => read || write)
  const tags = used.map((relay) => ['r', normalizeRelayUrl(relay.url), ...markerOf(relay)])
  return signEvent({ kind: KIND_RELAY_LIST, tags, content: '' }, at, key)
}

/**
 * The relays one wants messages on as an event of kind 10050.
 * @param at unix milliseconds
 * @throws MessageError `malformed`, `too_large`
 */
export const createInboxRelaysEvent = (urls: readonly string[], at: number, key: TransportKey): NostrEvent => {
  checkCount(urls)
  const tags = urls.map((url) => ['relay', normalizeRelayUrl(url)])
  return signEvent({ kind: KIND_INBOX_RELAYS, tags, content: '' }, at, key)
}

const normalizeOrNone = (text: string): string[] => {
  try {
    return [normalizeRelayUrl(text)]
  } catch {
    return []
  }
}

const checkKind = (event: NostrEvent, kind: number): void => {
  if (event.kind !== kind) throw new MessageError('wrong_kind', `not an event of kind ${kind}`)
}

/**
 * The relays of an event of kind 10002. Those of no sound URL are left out, one named twice has both uses, and only the
 * first 32 tags count.
 * @throws MessageError `wrong_kind`
 */
export const readRelayList = (event: NostrEvent): ListedRelay[] => {
  checkKind(event, KIND_RELAY_LIST)
  const relays = new Map<string, ListedRelay>()
  for (const [, text = '', marker = ''] of event.tags.filter(([name]) => name === 'r').slice(0, MAX_LISTED_RELAYS)) {
    for (const url of normalizeOrNone(text)) {
      const known = relays.get(url)
      const read = marker !== 'write' || known?.read === true
      const write = marker !== 'read' || known?.write === true
      relays.set(url, { url, read, write })
    }
  }
  return [...relays.values()]
}

/**
 * The relays of an event of kind 10050, normalised, each once, of the first 32 tags.
 * @throws MessageError `wrong_kind`
 */
export const readInboxRelays = (event: NostrEvent): string[] => {
  checkKind(event, KIND_INBOX_RELAYS)
  return [...new Set(tagValues(event, 'relay').slice(0, MAX_LISTED_RELAYS).flatMap(normalizeOrNone))]
}

/** What a peer has published about where to reach them; events that `verifyNostrEvent` has passed. */
export interface PeerLists {
  /** Kind 10050. */
  readonly inboxRelays?: NostrEvent
  /** Kind 10002. */
  readonly relayList?: NostrEvent
}

/**
 * Where a message for the peer may be written because they say so (protocol §4): their inbox relays, then those they
 * read from; `wss:` on public names only, at most 4.
 * @throws MessageError `wrong_kind`
 */
export const relaysToReach = ({ inboxRelays, relayList }: PeerLists): string[] => {
  const inbox = inboxRelays === undefined ? [] : readInboxRelays(inboxRelays)
  const read = relayList === undefined ? [] : readRelayList(relayList).filter((relay) => relay.read)
  const urls = new Set([...inbox, ...read.map(({ url }) => url)])
  return [...urls].filter(isPublicRelayUrl).slice(0, MAX_PEER_RELAYS)
}
