import { type Client, createClient } from '@kez-chat/client'
import {
  createRegistration,
  createTransportBinding,
  parseHandle,
  randomBytes,
  type SigningKey,
  signingKeyFromSeed,
} from '@kez-chat/identity'
import { addressOf, type TransportKey, transportKeyFromSeed } from '@kez-chat/messaging'
import { createMessageEvent, type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import { type Stack, type StackOptions, startStack } from '@kez-chat/testkit'
import type { Filter } from 'nostr-tools/filter'
import { finalizeEvent } from 'nostr-tools/pure'
import { Relay } from 'nostr-tools/relay'

export type TestPerson = {
  handle: string
  signer: SigningKey
  address: string
  transport: TransportKey
}

let count = 0
const newHandle = (): string => `person${++count}-${Date.now().toString(36)}`

/** The key of somebody who is not registered. */
export const newSigner = (): SigningKey => signingKeyFromSeed(randomBytes(32))

/** Somebody whom nobody knows: a fresh author. */
export const newAuthor = (): TransportKey => transportKeyFromSeed(randomBytes(32))

let letters = 0
/** A sealed envelope, as far as a relay can tell, never the same twice. */
export const newEnvelope = (bytes = 300): Record<string, unknown> => ({
  v: 2,
  eph: (++letters).toString(16).padStart(64, '0'),
  nonce: Date.now().toString(16).padStart(24, '0'),
  ct: 'x'.repeat(bytes),
})

/** A list or the like by somebody's transport key, dated now. */
export const ownEvent = (
  { transport }: Pick<TestPerson, 'transport'>,
  kind: number,
  content = '',
  tags: string[][] = [],
  at = Date.now(),
): NostrEvent => signEvent({ kind, content, tags }, at, transport)

/** What nostr clients take: tags that may be changed. */
export const plain = ({ tags, ...event }: NostrEvent) => ({ ...event, tags: tags.map((tag) => [...tag]) })

export type HomeRelayRig = Awaited<ReturnType<typeof startHomeRelayRig>>

/** The whole server with the home relay in it. */
export const startHomeRelayRig = async (options: StackOptions = {}) => {
  const stack: Stack = await startStack({
    ...options,
    env: {
      KEZ_REGISTER_RATE_PER_MINUTE: '1000000',
      KEZ_RELAY_VISITS_PER_MINUTE: '1000000',
      KEZ_RELAY_EVENTS_PER_MINUTE: '1000000',
      KEZ_RELAY_QUESTIONS_PER_MINUTE: '1000000',
      ...options.env,
    },
  })
  const client: Client = createClient({ baseUrl: stack.url, retries: 0 })
  const url = `${stack.url.replace(/^http/, 'ws')}/relay`
  const open = new Set<Relay>()

  const connect = async (): Promise<Relay> => {
    const relay = await Relay.connect(url)
    open.add(relay)
    return relay
  }

  const authenticate = (relay: Relay, { transport }: Pick<TestPerson, 'transport'>): Promise<string> =>
    relay.auth(async (template) => finalizeEvent(template, transport.secret))

  return {
    stack,
    client,
    url,
    connect,
    authenticate,

    /** What a service tells Prometheus. */
    metrics: async (service: 'gateway' | 'relay-bridge'): Promise<string> =>
      (await fetch(`${stack.internal[service]}/metrics`)).text(),

    /** Waits for the challenge, which comes right behind the handshake. */
    connectAs: async (person: Pick<TestPerson, 'transport'>): Promise<Relay> => {
      const relay = await connect()
      for (let attempt = 0; ; attempt++) {
        try {
          await authenticate(relay, person)
          return relay
        } catch (error) {
          if (attempt > 100 || !String(error).includes('no challenge')) throw error
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
    },

    newPerson: async (): Promise<TestPerson> => {
      const seed = randomBytes(32)
      const signer = signingKeyFromSeed(seed)
      const transport = transportKeyFromSeed(seed)
      const handle = newHandle()
      const registration = { handle: parseHandle(handle), server: stack.server, createdAt: Date.now() }
      await client.register(createRegistration(registration, signer))
      const owner = { handle, signer }
      await client.bindTransport(owner, createTransportBinding(transport.secret, signer.primary, stack.server))
      return { handle, signer, address: addressOf(signer.primary), transport }
    },

    stop: async (): Promise<void> => {
      for (const relay of open) relay.close()
      await stack.stop()
    },
  }
}

/** A message for somebody by a fresh author. */
export const messageFor = (
  person: Pick<TestPerson, 'signer'>,
  envelope: object = newEnvelope(),
  at = Date.now(),
): NostrEvent => createMessageEvent({ envelope, to: person.signer.primary, at }, newAuthor())

/** Every stored event that a filter finds, in the order it comes, up to EOSE. @throws what the relay closed it with */
export const query = (relay: Relay, ...filters: Filter[]): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const found: string[] = []
    const subscription = relay.subscribe(filters, {
      onevent: (event) => found.push(event.id),
      oneose: () => {
        resolve(found)
        subscription.close()
      },
      onclose: (reason) => reject(new Error(reason)),
      eoseTimeout: 20_000,
    })
  })
