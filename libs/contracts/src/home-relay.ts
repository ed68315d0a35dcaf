import { z } from 'zod'

const KIB = 1024

/** What one connection to the home relay may do; told to clients by NIP-11 and enforced by the relay bridge. */
export const relayLimits = {
  /** Largest frame from a client, bytes. */
  frameBytes: 128 * KIB,
  /** Largest event as JSON in UTF-8, bytes. */
  eventBytes: 64 * KIB,
  eventTags: 512,
  subscriptions: 20,
  subscriptionIdLength: 64,
  /** Filters in one REQ. */
  filters: 10,
  /** Values in one list of a filter: ids, authors, kinds, tag values. */
  filterValues: 500,
  /** Most stored events one filter returns, and how many when it does not say. */
  limit: 500,
  /** Seconds: how far back events for people may be dated (protocol §4). */
  oldest: 7 * 86_400,
  /** Seconds ahead of the server's clock. */
  newest: 300,
} as const

/** Kinds that are for one registered person, named in the tag `q`: messages and acks (protocol §4). */
export const relayMailKinds = [4242, 4244] as const

/** Kinds that anybody may read and only people registered here publish; the newest of each replaces the others. */
export const relayListKinds = [0, 10002, 10050, 30078] as const

/** Subjects of the tunnel between a gateway and the relay bridge; ids are of {@link RelayId}. */
export const relaySubject = {
  open: 'kez.relay.v1.open',
  up: (replica: string, session: string): string => `kez.relay.up.${replica}.${session}`,
  down: (gateway: string, session: string): string => `kez.relay.down.${gateway}.${session}`,
  /** Said every two seconds by whoever holds ends of sessions. */
  alive: (side: RelaySide, id: string): string => `kez.relay.alive.${side}.${id}`,
} as const

export type RelaySide = 'gateway' | 'bridge'

/** Names a gateway, a replica of the bridge, or a session. */
export const RelayId = z.string().regex(/^[a-z0-9]{8,64}$/)

/** `kez.relay.v1.open`: a client connected at a gateway. The replica that answers holds the other end of the session. */
export const OpenRelaySession = z.object({
  gateway: RelayId,
  session: RelayId,
  /** Stands for the client's network address at this gateway: the same for the same address, and says nothing else. */
  source: RelayId,
  /** The relay's own URL as the gateway is configured, never as the client asked for it. */
  url: z.string().max(512),
})
export type OpenRelaySession = z.infer<typeof OpenRelaySession>

export const OpenedRelaySession = z.object({ replica: RelayId })
