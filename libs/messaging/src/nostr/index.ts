export type { AckStanding } from '../ack.ts'
export { type CarriedAck, createAckEvent, type OpenedEvent, readAckEvent } from './ack-event.ts'
export { type AuthChallenge, checkAuthEvent, checkAuthTerms, createAuthEvent } from './auth-event.ts'
export { type AwaitedAck, checkAckEvent } from './check-ack.ts'
export { eventBytes, MAX_EVENT_BYTES, type NostrEvent, type NostrTag, parseNostrEvent } from './event.ts'
export { isEventShape } from './event-shape.ts'
export { checkEventTime, expiresAt } from './event-time.ts'
export {
  KIND_ACK,
  KIND_APP_DATA,
  KIND_AUTH,
  KIND_DELETION,
  KIND_INBOX_RELAYS,
  KIND_MESSAGE,
  KIND_PROFILE,
  KIND_RELAY_LIST,
  KIND_VANISH,
} from './kinds.ts'
export {
  addressOfEvent,
  type CarriedMessage,
  createMessageEvent,
  type MessageEventDraft,
  readMessageEvent,
  wakes,
} from './message-event.ts'
export { type AppData, createAppDataEvent, createProfileEvent } from './own-events.ts'
export { parseRelayFrame, type RelayFrame } from './relay-frame.ts'
export {
  createInboxRelaysEvent,
  createRelayListEvent,
  type ListedRelay,
  MAX_LISTED_RELAYS,
  MAX_PEER_RELAYS,
  type PeerLists,
  readInboxRelays,
  readRelayList,
  relaysToReach,
} from './relay-list.ts'
export { isPublicRelayUrl, normalizeRelayUrl } from './relay-url.ts'
export { type EventDraft, signEvent, verifyNostrEvent } from './sign-event.ts'
export { onlyTag, tagValues } from './tags.ts'
