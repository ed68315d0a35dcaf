/**
 * Two ways for a message at once: a pool of nostr relays and the home server (protocol §3, §4). For browsers and Node.
 *
 * From the bottom up, each usable by itself:
 * - `createRelayPool`: connections to relays. Publishes to all and is content with the first that accepts, follows all and
 *   hands each event over once, authenticates to own relays only, and bounds whatever a relay can send or withhold.
 * - `createRelayRoute`, `createHomeRoute`: the two ways behind one interface, `Route`.
 * - `createCourier`: sends each message on both, tells how each way stands with it, receives from both with one
 *   de-duplication, acknowledges, and believes only acknowledgements that are signed by the right person.
 *
 * ```ts
 * const pool = createRelayPool({
 *   relays: ['wss://chat.example.org/relay', 'wss://nos.lol'],
 *   verify: verifyHere,
 *   signAuth: (relay, challenge) => createAuthEvent({ relay, challenge }, Date.now(), transportKey),
 * })
 * const peers = createPeerRelays({ pool, timing: systemTiming })
 * const courier = await createCourier({
 *   key, transportKey, fromHandle: 'alice@example.org', contacts, inbox, stores,
 *   relay: createRelayRoute({ pool, primary: key.primary, peers }),
 *   home: createHomeRoute({ own, clientOf, handle: 'alice', signer: key, cursor, verify: verifyHere, timing: systemTiming }),
 *   onStatus: ({ innerId, state, via }) => show(innerId, state, via),
 * })
 * courier.start()
 * await courier.send({ to: bob, body: { type: 'text', text: 'hello' } })
 * ```
 *
 * The app brings `stores` (what survives a restart), `contacts` (whom it knows and accepts) and `inbox` (where messages
 * are kept, together with the replay guard). docs/nostr-client.md says what each holds and what is promised.
 * @module
 */

export type { Contact, Contacts } from './contact.ts'
export {
  type Courier,
  type CourierOptions,
  type CourierStores,
  createCourier,
} from './courier/courier.ts'
export { createGuardedInbox, type Inbox, type ReceivedMessage } from './courier/inbox.ts'
export { type OpenMessage, openHere } from './courier/opening.ts'
export { OutgoingRecord, type RouteRecord } from './courier/outgoing-record.ts'
export { adoptEnvelope, anew, type Prepared, prepareMessage, type Saying, type Sender } from './courier/prepare.ts'
export type { MessageStatus } from './courier/status.ts'
export { TransportError, type TransportErrorCode } from './errors.ts'
export type { FollowOptions } from './pool/follow.ts'
export { createRelayPool, type PoolOptions, type PublishOptions, type RelayPool } from './pool/pool.ts'
export type { Publication } from './pool/publication.ts'
export { createMemoryStore, type RecordStore } from './records.ts'
export type { SignAuth } from './relay/authentication.ts'
export type { RelayFate } from './relay/fate.ts'
export type { VerifyEvent } from './relay/incoming.ts'
export type { RelayLimits } from './relay/relay.ts'
export type { RelayState } from './relay/relay-state.ts'
export { type OpenSocket, platformSocket, type Socket } from './relay/socket.ts'
export { createHomeRoute, type HomeClient, type HomeRoute, type HomeRouteOptions } from './routes/home.ts'
export { createPeerRelays, type PeerRelays, type PeerRelaysOptions } from './routes/peer-relays.ts'
export { createRelayRoute, type RelayCargo, type RelayRoute, type RelayRouteOptions } from './routes/relay-route.ts'
export type { Arrival, HomeCargo, Later, OnArrival, Route, RouteName, Taken } from './routes/route.ts'
export { systemTiming, type Timing } from './timing.ts'
export { verifyHere } from './verify.ts'
