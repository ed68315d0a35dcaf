import { createAuthEvent, createInboxRelaysEvent } from '@kez-chat/messaging/nostr'
import type { Arrival, Contacts, Inbox, MessageStatus, OpenSocket } from '../src/index.ts'
import {
  type Courier,
  createCourier,
  createHomeRoute,
  createPeerRelays,
  createRelayPool,
  createRelayRoute,
  type HomeClient,
  type RelayPool,
  verifyHere,
} from '../src/index.ts'
import type { Chance } from './chance.ts'
import { type Disk, storesOn } from './disk.ts'
import type { Identity } from './identity.ts'
import type { Plant, PlantContext } from './plant.ts'
import type { Process } from './process.ts'

export interface ClientOptions {
  readonly who: Identity
  readonly process: Process
  readonly disk: Disk
  readonly chance: Chance
  readonly plant: Plant
  readonly context: PlantContext
  /** Undefined = there is no such way. */
  readonly relays: { readonly urls: readonly string[]; readonly openSocket: OpenSocket } | undefined
  readonly homes: { readonly own: string; readonly clientOf: (server: string) => HomeClient } | undefined
  readonly contacts: Contacts
  readonly inbox: Inbox
  readonly onStatus: (status: MessageStatus) => void
  readonly onUnopened: (arrival: Arrival, why: string) => void
  readonly onError: (error: unknown) => void
}

/** One run of a person's app: everything but the screen is the product's. */
export interface Client {
  readonly courier: Courier
  readonly pool: RelayPool | undefined
}

/** Signs of life this seldom: a world has many hours, and every one is work. */
const QUIET_MS = 10 * 60_000

const serverOf = (baseUrl: string): string => new URL(baseUrl).host

export const startClient = async (options: ClientOptions): Promise<Client> => {
  const { who, process, disk, chance, plant, context, relays, homes, onError } = options
  const { timing } = process
  const { key, transportKey, handle } = who
  const plain = storesOn(disk, process.write)
  const stores = plant.stores?.(plain, context) ?? plain

  const pool = relays
    ? createRelayPool({
        ...{ relays: relays.urls, openSocket: relays.openSocket, verify: verifyHere, timing, onError },
        signAuth: (relay, challenge) => createAuthEvent({ relay, challenge }, timing.now(), transportKey),
        limits: { quietMs: QUIET_MS },
      })
    : undefined
  const lookBack = plant.lookBackMs === undefined ? {} : { lookBackMs: plant.lookBackMs }
  const relay = pool
    ? createRelayRoute({ pool, primary: key.primary, peers: createPeerRelays({ pool, timing }), ...lookBack })
    : undefined

  const clientOf = (baseUrl: string): HomeClient => {
    const client = homes?.clientOf(serverOf(baseUrl))
    if (!client) throw new Error(`no server at ${baseUrl}`)
    return plant.homeClient?.(client, context) ?? client
  }
  const home = homes
    ? createHomeRoute({
        own: { server: homes.own, baseUrl: `https://${homes.own}`, client: clientOf(`https://${homes.own}`) },
        ...{ clientOf, handle, signer: key, cursor: stores.cursor, verify: verifyHere, timing },
        onError: () => undefined,
      })
    : undefined

  const courier = await createCourier({
    ...{ key, transportKey, fromHandle: `${handle}@${who.server}`, stores, timing, random: chance.bytes, onError },
    contacts: plant.contacts?.(options.contacts) ?? options.contacts,
    inbox: plant.inbox?.(options.inbox, context) ?? options.inbox,
    ...(relay ? { relay: plant.relay?.(relay, context) ?? relay } : {}),
    ...(home ? { home: plant.home?.(home, context) ?? home } : {}),
    onUnopened: (arrival, _route, { code }) => options.onUnopened(arrival, code),
    onStatus: (status) => options.onStatus(plant.onStatus?.(status) ?? status),
  })
  courier.start()
  if (pool && relays) {
    // Where this person wants messages; said again at each start, for relays forget.
    pool.publish(createInboxRelaysEvent(relays.urls, timing.now(), transportKey))
  }
  return { courier, pool }
}
