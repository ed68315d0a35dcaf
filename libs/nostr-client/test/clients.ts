import { createClient } from '@kez-chat/client'
import { createRegistration, type PrimaryId, parseHandle, randomBytes } from '@kez-chat/identity'
import {
  createMemoryReplayStore,
  createReplayGuard,
  type Inner,
  innerHash,
  type MessageError,
  type MessagingKey,
  messagingKeyFromSeed,
  type ReplayStore,
  type TransportKey,
  transportKeyFromSeed,
} from '@kez-chat/messaging'
import { createAuthEvent } from '@kez-chat/messaging/nostr'
import { onTestFinished } from 'vitest'
import {
  type Contact,
  type Courier,
  type CourierOptions,
  createCourier,
  createHomeRoute,
  createMemoryStore,
  createPeerRelays,
  createRelayPool,
  createRelayRoute,
  type MessageStatus,
  type PeerRelaysOptions,
  type ReceivedMessage,
  type RecordStore,
  type RelayLimits,
  systemTiming,
  verifyHere,
} from '../src/index.ts'
import { brisk } from './relays.ts'

export type Person = { readonly key: MessagingKey; readonly transportKey: TransportKey; readonly handle: string }

let people = 0
export const newPerson = (): Person => {
  const seed = randomBytes(32)
  const handle = `person${++people}-${Date.now().toString(36)}`
  return { key: messagingKeyFromSeed(seed), transportKey: transportKeyFromSeed(seed), handle }
}

export const register = async (url: string, person: Person): Promise<void> => {
  const registration = { handle: parseHandle(person.handle), server: 'localhost', createdAt: Date.now() }
  await createClient({ baseUrl: url }).register(createRegistration(registration, person.key))
}

/** What a device keeps. `freeze` is the moment it loses power: what is written later never was. */
export type Device = {
  readonly outgoing: RecordStore
  readonly acks: RecordStore
  readonly cursor: RecordStore
  readonly acknowledged: ReplayStore
  readonly guard: ReplayStore
  /** The messages shown, oldest first. */
  readonly shown: ReceivedMessage[]
  readonly freeze: () => Promise<Device>
}

const copy = async (from: RecordStore): Promise<RecordStore> => {
  const to = createMemoryStore()
  for (const [key, value] of await from.entries()) await to.put(key, value)
  return to
}

const createReplayMemory = (kept = new Map<string, number>()) => {
  const store = createMemoryReplayStore()
  return {
    kept,
    store: {
      ...store,
      has: async (key: string) => kept.has(key),
      add: async (key: string, until: number) => !kept.has(key) && kept.set(key, until).has(key),
    } satisfies ReplayStore,
  }
}

const deviceOf = (
  stores: Pick<Device, 'outgoing' | 'acks' | 'cursor'>,
  acknowledged: Map<string, number>,
  guard: Map<string, number>,
  shown: ReceivedMessage[],
): Device => ({
  ...stores,
  ...{ acknowledged: createReplayMemory(acknowledged).store, guard: createReplayMemory(guard).store, shown },
  freeze: async () => {
    const [kept, known, seen] = [new Map(acknowledged), new Map(guard), [...shown]]
    const [outgoing, acks, cursor] = await Promise.all([stores.outgoing, stores.acks, stores.cursor].map(copy))
    if (!outgoing || !acks || !cursor) throw new Error('not copied')
    return deviceOf({ outgoing, acks, cursor }, kept, known, seen)
  },
})

export const newDevice = (): Device =>
  deviceOf(
    { outgoing: createMemoryStore(), acks: createMemoryStore(), cursor: createMemoryStore() },
    new Map(),
    new Map(),
    [],
  )

export type ClientOptions = {
  readonly relays?: readonly string[]
  /** The home server's URL. */
  readonly home?: string
  readonly device?: Device
  /** Who is accepted as a contact; everybody unless told otherwise. */
  readonly accepts?: (primary: PrimaryId) => boolean
  readonly contacts?: readonly Contact[]
  readonly limits?: Partial<RelayLimits>
  readonly lookBackMs?: number
  /** How far this client's clock is ahead, ms. */
  readonly ahead?: () => number
  /** Which advertised relays may be written to; those of the tests are on no public name. */
  readonly choose?: PeerRelaysOptions['choose']
  readonly courier?: Partial<CourierOptions>
}

export type TestClient = {
  readonly person: Person
  readonly courier: Courier
  readonly device: Device
  readonly say: (to: Person, text: string) => Promise<Inner>
  /** The texts shown, oldest first. */
  readonly texts: () => string[]
  readonly status: (inner: { id: string }) => MessageStatus | undefined
  /** Every state a message has been in, in order, without repeats. */
  readonly states: (inner: { id: string }) => string[]
  readonly refusals: MessageError[]
  readonly errors: unknown[]
}

const textOf = ({ body }: ReceivedMessage): string => (body.type === 'text' ? body.text : body.type)

/** A client as an app would build it, with everything real but the screen. */
export const startClient = async (person: Person, options: ClientOptions = {}): Promise<TestClient> => {
  const { key, transportKey, handle } = person
  const device = options.device ?? newDevice()
  const guard = createReplayGuard(device.guard)
  const statuses = new Map<string, MessageStatus[]>()
  const refusals: MessageError[] = []
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const timing = { ...systemTiming, now: () => Date.now() + (options.ahead?.() ?? 0) }

  const pool = createRelayPool({
    ...{ relays: options.relays ?? [], verify: verifyHere, onError, limits: { ...brisk, ...options.limits } },
    signAuth: (relay, challenge) => createAuthEvent({ relay, challenge }, Date.now(), transportKey),
    timing,
  })
  const peers = createPeerRelays({ pool, timing, ...(options.choose ? { choose: options.choose } : {}) })
  const lookBack = options.lookBackMs === undefined ? {} : { lookBackMs: options.lookBackMs }
  const relay = createRelayRoute({ pool, primary: key.primary, peers, ...lookBack })
  const clientOf = (baseUrl: string) => createClient({ baseUrl, retries: 0, timeout: 5_000 })
  const home =
    options.home === undefined
      ? undefined
      : createHomeRoute({
          own: { server: 'localhost', baseUrl: options.home, client: clientOf(options.home) },
          ...{ clientOf, handle, signer: key, cursor: device.cursor, verify: verifyHere, timing, onError },
        })

  const courier = await createCourier({
    ...{ key, transportKey, fromHandle: `${handle}@localhost`, ackDelay: [10, 100], onError, timing },
    contacts: {
      find: (primary) =>
        options.contacts?.find((contact) => contact.primary === primary) ?? {
          primary,
          accepted: options.accepts?.(primary) ?? true,
          ...(handles.has(primary) ? { handle: `${handles.get(primary)}@localhost` } : {}),
        },
    },
    inbox: {
      take: async (message) => {
        const isNew = await guard.remember(message.seen)
        if (isNew) device.shown.push(message)
        return isNew
      },
    },
    stores: device,
    ...(options.relays ? { relay } : {}),
    ...(home ? { home } : {}),
    onStatus: (status) => void statuses.set(status.innerId, [...(statuses.get(status.innerId) ?? []), status]),
    onUnopened: (_arrival, _route, error) => void refusals.push(error),
    ...options.courier,
  })
  if (!options.relays) pool.stop()
  handles.set(key.primary, handle)
  courier.start()
  onTestFinished(courier.stop)

  const heads = new Map<PrimaryId, string>()
  return {
    ...{ person, courier, device, refusals, errors },
    say: async (to, text) => {
      const prev = heads.get(to.key.primary)
      const saying = { to: to.key.primary, body: { type: 'text', text }, ...(prev ? { prev } : {}) }
      const { inner } = await courier.send(saying)
      heads.set(to.key.primary, innerHash(inner))
      return inner
    },
    texts: () => device.shown.map(textOf),
    status: ({ id }) => courier.status(id) ?? statuses.get(id)?.at(-1),
    states: ({ id }) =>
      (statuses.get(id) ?? []).map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]),
  }
}

/** What a lookup would have told: the handle of everybody who has started a client. */
const handles = new Map<PrimaryId, string>()
