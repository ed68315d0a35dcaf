import { createClient, type InboxFeed } from '@kez-chat/client'
import { openNatsClient } from '@kez-chat/client/nats'
import type { InboxMessage } from '@kez-chat/contracts'
import { createRegistration, parseHandle, randomBytes } from '@kez-chat/identity'
import { createAuthorKey, createInner, type MessagingKey, messagingKeyFromSeed, seal } from '@kez-chat/messaging'
import { createMessageEvent } from '@kez-chat/messaging/nostr'
import {
  type OtlpCounterpart,
  type PushService,
  type ReceivedSpan,
  type RelayCounterpart,
  type Stack,
  startOtlpCounterpart,
  startPushService,
  startRelayCounterpart,
  startStack,
} from '@kez-chat/testkit'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** The whole server with every trace kept, a collector, a relay and a push service. */
let collector: OtlpCounterpart
let relay: RelayCounterpart
let pushService: PushService
let stack: Stack
/** What must never be found in anything that left for the collector. */
const secrets: string[] = ['127.0.0.1', 'localhost']

type Person = { handle: string; signer: MessagingKey }
const client = () => createClient({ baseUrl: stack.url })

const newPerson = async (name: string): Promise<Person> => {
  const seed = randomBytes(32)
  const signer = messagingKeyFromSeed(seed)
  const handle = `${name}${Date.now().toString(36)}`
  secrets.push(handle, signer.primary, signer.primary.replace('ed25519:', ''))
  await client().register(
    createRegistration({ handle: parseHandle(handle), server: 'localhost', createdAt: Date.now() }, signer),
  )
  return { handle, signer }
}

const envelopeFor = async (from: Person, to: Person, text: string) => {
  secrets.push(text)
  const body = { type: 'text', text }
  const fromHandle = `${from.handle}@localhost`
  const sentAt = Date.now()
  return seal(createInner({ from: from.signer.primary, fromHandle, to: to.signer.primary, body, sentAt }), from.signer)
}

const write = async (from: Person, to: Person, text: string): Promise<string> => {
  const { id } = await client().postMessage({ to: to.handle, envelope: { ...(await envelopeFor(from, to, text)) } })
  secrets.push(id)
  return id
}

const feeds: InboxFeed[] = []
const openFeed = async ({ handle, signer }: Person, since?: number): Promise<InboxMessage[]> => {
  const messages: InboxMessage[] = []
  let isLive = false
  const onStatus = (status: string): void => {
    isLive = status === 'live'
  }
  feeds.push(
    client().openInbox({ handle, signer, since, onStatus, onMessage: (message) => void messages.push(message) }),
  )
  await expect.poll(() => isLive).toBe(true)
  return messages
}

const named = (name: string): ReceivedSpan[] => collector.spans.filter((span) => span.name === name)
const below = (parent: ReceivedSpan | undefined, name: string): ReceivedSpan | undefined =>
  named(name).find((span) => span.parent === parent?.spanId && span.traceId === parent.traceId)

/** Follows a chain of names downwards from each span of the first name, and gives the first chain that is whole. */
const chain = (first: string, ...names: string[]): ReceivedSpan[] | undefined =>
  named(first)
    .map((start) => {
      const path: (ReceivedSpan | undefined)[] = [start]
      for (const name of names) path.push(below(path.at(-1), name))
      return path
    })
    .find((path): path is ReceivedSpan[] => path.every((span) => span !== undefined))

const inbox = 'kez.inbox.{person}'

beforeAll(async () => {
  collector = await startOtlpCounterpart()
  relay = await startRelayCounterpart()
  pushService = await startPushService()
  const hosts = [...pushService.counterparts.matchAll(/([^=,]+)=/g)].map(([, host = '']) => host)
  stack = await startStack({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      KEZ_TRACES_RATIO: '1',
      KEZ_RELAYS: relay.url,
      KEZ_PUSH_HOSTS: hosts.join(','),
      KEZ_PUSH_COUNTERPARTS: pushService.counterparts,
      KEZ_VAPID_SUBJECT: 'mailto:operator@kez-chat.org',
      KEZ_POST_RATE_PER_MINUTE: '6000',
      KEZ_POST_BURST: '6000',
    },
  })
  secrets.push(relay.url, ...hosts, 'operator@kez-chat.org')
})
afterAll(async () => {
  await Promise.all(feeds.map((feed) => feed.close()))
  await stack?.stop()
  await pushService?.stop()
  await relay?.stop()
  await collector?.stop()
})

let alice: Person
let bob: Person

it('a registration is one trace from the request over the log into the tables', async () => {
  alice = await newPerson('alice')
  bob = await newPerson('bob')
  const command = 'kez.registry.v1.register'
  const steps = ['POST /v1/register', `request ${command}`, `answer ${command}`, 'publish identity.handle.{handle}']
  const whole = () => chain(steps[0] ?? '', ...steps.slice(1), 'project IDENTITY')
  await expect.poll(whole).toBeDefined()
  expect(whole()?.map(({ service }) => service)).toEqual(['gateway', 'gateway', 'registry', 'registry', 'registry'])
  expect(whole()?.[0]).toMatchObject({ parent: '', attributes: { 'http.response.status_code': 201 } })
})

it('a message is one trace from the post over the log to the stream of whoever reads it, and to push', async () => {
  const got = await openFeed(bob)
  const delivery = () => chain('POST /v1/messages', `publish ${inbox}`, `deliver ${inbox}`)
  // What comes while a stream opens may be read from the log instead.
  await expect
    .poll(
      async () => {
        await write(alice, bob, `words ${crypto.randomUUID()}`)
        return delivery()
      },
      { interval: 1_000 },
    )
    .toBeDefined()
  expect(got.length).toBeGreaterThan(0)
  const [post, publish, deliver] = delivery() ?? []
  expect(post).toMatchObject({ parent: '', kind: 2, attributes: { 'http.route': '/v1/messages' } })
  expect(publish).toMatchObject({ kind: 4, attributes: { 'messaging.system': 'nats', 'kez.outcome': 'new' } })
  expect(deliver).toMatchObject({ service: 'gateway', kind: 5, links: [] })
  await expect.poll(() => below(publish, `process ${inbox}`)).toMatchObject({ service: 'push', links: [] })
})

it('a message by relay is one trace from the relay over the log to the attempt at the push service', async () => {
  const carol = await newPerson('carol')
  const endpoint = pushService.subscribe(await vapidKey(carol))
  secrets.push(endpoint, new URL(endpoint).pathname.split('/').at(-1) ?? endpoint)
  await client().subscribePush(carol, { endpoint, label: 'Phone' })
  const envelope = await envelopeFor(alice, carol, 'words by relay')
  const event = createMessageEvent(
    { envelope, to: carol.signer.primary, at: Date.now(), wake: true },
    createAuthorKey(),
  )
  secrets.push(event.id, event.pubkey)
  await relay.publish({ ...event, tags: event.tags.map((tag) => [...tag]) })
  const steps = [`publish ${inbox}`, `process ${inbox}`, 'send push']
  const whole = () => chain('receive relay', ...steps)
  await expect.poll(whole).toBeDefined()
  const [received, publish, , push] = whole() ?? []
  expect(whole()?.map(({ service }) => service)).toEqual(['relay-bridge', 'relay-bridge', 'push', 'push'])
  expect(received).toMatchObject({ parent: '', attributes: { 'messaging.system': 'nostr', 'kez.outcome': 'stored' } })
  expect(below(received, 'verify')).toBeDefined()
  expect(publish?.traceId).toBe(push?.traceId)
  expect(push).toMatchObject({ kind: 3, attributes: { 'kez.attempt': 1, 'kez.outcome': 'delivered' } })
})

/** Hands an event to the home relay and waits until it is taken. */
const publishAtHome = async (event: { id: string }): Promise<void> => {
  const socket = new WebSocket(`${stack.url.replace(/^http/, 'ws')}/relay`)
  const frames: unknown[][] = []
  socket.onmessage = ({ data }) => void frames.push(JSON.parse(String(data)))
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = reject
  })
  socket.send(JSON.stringify(['EVENT', event]))
  await expect.poll(() => frames.find(([type]) => type === 'OK')?.slice(0, 3)).toEqual(['OK', event.id, true])
  socket.close()
}

it('a message by the home relay is one trace from the relay to the stream of whoever reads it', async () => {
  const whole = () => chain('receive home relay', `publish ${inbox}`, `deliver ${inbox}`)
  await expect
    .poll(
      async () => {
        const envelope = await envelopeFor(alice, bob, `words ${crypto.randomUUID()}`)
        const to = bob.signer.primary
        await publishAtHome(createMessageEvent({ envelope, to, at: Date.now(), wake: true }, createAuthorKey()))
        return whole()
      },
      { interval: 1_000 },
    )
    .toBeDefined()
  expect(whole()?.[0]).toMatchObject({ service: 'relay-bridge', parent: '', attributes: { 'kez.outcome': 'taken' } })
})

const vapidKey = async (person: Person): Promise<string> => (await client().pushSubscriptions(person)).vapid_key

it('what a stream reads again links to the traces that it came by and prolongs none of them', async () => {
  const before = collector.spans.length
  const again = await openFeed(bob, 0)
  await expect.poll(() => again.length).toBeGreaterThan(0)
  const reading = () => named(`receive ${inbox}`).find(({ attributes }) => attributes['kez.replay'] === 'history')
  await expect.poll(reading).toBeDefined()
  const origins = named(`publish ${inbox}`).map(({ traceId }) => traceId)
  for (const { traceId } of reading()?.links ?? []) expect(origins).toContain(traceId)
  expect(reading()?.links.length).toBeGreaterThan(0)
  expect(origins).not.toContain(reading()?.traceId)
  await expect
    .poll(() => named('GET /v1/inbox/:handle/stream').some(({ spanId }) => spanId === reading()?.parent))
    .toBe(true)
  for (const span of collector.spans.slice(before))
    if (span.name === `receive ${inbox}`) expect(origins).not.toContain(span.traceId)
})

it('a trace that a caller names is not joined, and a login is shown without who logs in', async () => {
  const theirs = '0af7651916cd43dd8448eb211c80319c'
  const envelope = await envelopeFor(alice, bob, 'words with a trace of the caller')
  const known = named('POST /v1/messages').length
  const answer = await fetch(`${stack.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${theirs}-b7ad6b7169203331-01` },
    body: JSON.stringify({ to: bob.handle, envelope }),
  })
  expect(answer.status).toBe(201)
  await expect.poll(() => named('POST /v1/messages').length).toBeGreaterThan(known)
  const nats = await openNatsClient({ connect, servers: stack.nats.url, server: 'localhost', signer: alice.signer })
  await nats.close()
  await expect
    .poll(() => named('login'))
    .toMatchObject([{ service: 'auth', attributes: { 'kez.outcome': 'admitted' } }])
  expect(collector.spans.some(({ traceId }) => traceId === theirs)).toBe(false)
})

it.each(['silent', 'cutting', 'refusing'] as const)(
  'with a collector that is %s posts are as fast and none is lost',
  async (fault) => {
    const dora = await newPerson('dora')
    const median = async (count: number): Promise<number> => {
      const times: number[] = []
      for (let i = 0; i < count; i++) {
        const envelope = await envelopeFor(alice, dora, `words ${crypto.randomUUID()}`)
        const began = performance.now()
        await client().postMessage({ to: dora.handle, envelope: { ...envelope } })
        times.push(performance.now() - began)
      }
      return times.toSorted((a, b) => a - b)[count >> 1] ?? 0
    }
    const well = await median(40)
    collector.fault(fault)
    const ill = await median(40)
    collector.fault()
    expect(ill).toBeLessThan(3 * well + 50)
    const { messages } = await client().readInbox(dora, { limit: 500 })
    expect(messages).toHaveLength(80)
  },
)

it('a service that stops sends what waits, and does not wait for a collector that is away', async () => {
  const eve = await newPerson('eve')
  const posts = named('POST /v1/messages').length
  await Promise.all([1, 2, 3].map((n) => write(alice, eve, `the last words ${n}`)))
  await stack.services.gateway.stop()
  expect(named('POST /v1/messages').length).toBeGreaterThanOrEqual(posts + 3)
  collector.fault('silent')
  await stack.services.gateway.start()
  await write(alice, eve, 'more words')
  const began = performance.now()
  await stack.services.gateway.stop()
  expect(performance.now() - began).toBeLessThan(20_000)
  collector.fault()
  await stack.services.gateway.start()
})

it('nothing that left says who: no handle, key, address, endpoint, id or word of the whole conversation', () => {
  const sent = Buffer.concat(collector.bodies)
  expect(sent.length).toBeGreaterThan(10_000)
  expect(secrets.length).toBeGreaterThan(100)
  for (const secret of secrets) expect(sent.includes(secret), secret).toBe(false)
  expect(collector.spans.filter(({ name }) => name === 'unnamed')).toEqual([])
  expect(collector.spans.every(({ events }) => events === 0)).toBe(true)
})
