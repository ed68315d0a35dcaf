import { randomBytes } from '@kez-chat/identity'
import {
  addressOf,
  createAuthorKey,
  createHomeAck,
  createInner,
  messagingKeyFromSeed,
  seal,
  signNostrAck,
  type TransportKey,
} from '@kez-chat/messaging'
import { createMessageEvent, type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import type { FaultyRelay } from '@kez-chat/testkit'
import { expect, test } from 'vitest'
import type { RecordStore } from '../src/index.ts'
import { newDevice, newPerson, type Person, startClient, type TestClient } from './clients.ts'
import { poolOf, startRelay } from './relays.ts'

const messages = (relay: FaultyRelay) => relay.stored().filter(({ kind }) => kind === 4242)
const acks = (relay: FaultyRelay) => relay.stored().filter(({ kind }) => kind === 4244)

/** Says something to somebody who is not there, and waits until a relay has it. */
const unread = async (client: TestClient, relay: FaultyRelay, to: Person) => {
  const said = await client.say(to, 'hello')
  await expect.poll(() => client.status(said)?.state).toBe('sent')
  const [event] = messages(relay)
  if (!event) throw new Error('no event')
  return { said, event }
}

const ackOf = (
  event: { id: string; pubkey: string },
  to: Person,
  { sig, author = createAuthorKey() }: { sig?: string; author?: TransportKey },
): NostrEvent => {
  const tags = [
    ['e', event.id],
    ['p', event.pubkey],
    ['q', addressOf(to.key.primary)],
    ...(sig === undefined ? [] : [['kez-sig', sig]]),
  ]
  return signEvent({ kind: 4244, tags, content: '' }, Date.now(), author)
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400))

test('forged, foreign and unsigned acknowledgements never make a message delivered', async () => {
  const relay = await startRelay()
  const [alice, bob, mallory] = [newPerson(), newPerson(), newPerson()]
  const contacts = [{ primary: bob.key.primary, nostr: bob.transportKey.publicKey, accepted: true }]
  const client = await startClient(alice, { relays: [relay.url], contacts })
  const { said, event } = await unread(client, relay, bob)
  const pool = poolOf([relay])
  const other = createMessageEvent({ envelope: {}, to: alice.key.primary, at: Date.now() }, createAuthorKey())
  const lies = [
    ackOf(event, alice, { sig: signNostrAck(event.id, mallory.key) }),
    ackOf(event, alice, { sig: signNostrAck(other.id, bob.key) }),
    ackOf(event, alice, { author: bob.transportKey }),
    ackOf(other, alice, { sig: signNostrAck(other.id, bob.key) }),
    ackOf(event, alice, { sig: '0'.repeat(128), author: bob.transportKey }),
  ]
  for (const lie of lies) await pool.publish(lie).accepted
  await expect
    .poll(() => client.refusals.map(({ code }) => code).toSorted())
    .toEqual(['invalid_signature', 'invalid_signature', 'invalid_signature', 'unsigned'])
  expect(client.status(said)?.state).toBe('sent')
  await pool.publish(ackOf(event, alice, { sig: signNostrAck(event.id, bob.key) })).accepted
  await expect.poll(() => client.status(said)?.state).toBe('delivered')
})

test('within the migration window an unsigned one by the peer’s bound key is a hint, and no delivery', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const client = await startClient(alice, {
    relays: [relay.url],
    contacts: [{ primary: bob.key.primary, nostr: bob.transportKey.publicKey, accepted: true }],
    courier: { migrationUntil: '2999-01-01T00:00:00Z' },
  })
  const { said, event } = await unread(client, relay, bob)
  const pool = poolOf([relay])
  await pool.publish(ackOf(event, alice, {})).accepted
  await expect.poll(() => client.refusals.map(({ code }) => code)).toEqual(['wrong_carrier'])
  expect(client.status(said)).toMatchObject({ state: 'sent', hinted: false })
  await pool.publish(ackOf(event, alice, { author: bob.transportKey })).accepted
  await expect.poll(() => client.status(said)).toMatchObject({ state: 'sent', hinted: true })
})

test('an acknowledging message by somebody else, or of another message, delivers nothing', async () => {
  const relay = await startRelay()
  const [alice, bob, mallory] = [newPerson(), newPerson(), newPerson()]
  const client = await startClient(alice, { relays: [relay.url] })
  const { said } = await unread(client, relay, bob)
  const pool = poolOf([relay])
  const bodyFrom = async (from: Person, body: ReturnType<typeof createHomeAck>): Promise<NostrEvent> => {
    const fromHandle = `${from.handle}@localhost`
    const inner = createInner({
      ...{ from: from.key.primary, fromHandle, to: alice.key.primary, body, sentAt: Date.now() },
    })
    const envelope = await seal(inner, from.key)
    return createMessageEvent({ envelope, to: alice.key.primary, at: Date.now() }, createAuthorKey())
  }
  await pool.publish(await bodyFrom(mallory, createHomeAck(said.id, mallory.key))).accepted
  await pool.publish(await bodyFrom(mallory, createHomeAck(said.id, bob.key))).accepted
  await pool.publish(await bodyFrom(bob, { ...createHomeAck('ab'.repeat(16), bob.key), inner_id: said.id })).accepted
  await expect
    .poll(() => client.refusals.map(({ code }) => code).toSorted())
    .toEqual(['invalid_signature', 'wrong_sender', 'wrong_sender'])
  expect(client.status(said)?.state).toBe('sent')
  expect(client.texts()).toEqual([])
})

test('an acknowledgement that no relay took yet is sent after a restart, and only once', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const writing = await startClient(alice, { relays: [relay.url] })
  const { said } = await unread(writing, relay, bob)
  relay.set({ refuse: 'error: disk full' })
  const reading = await startClient(bob, { relays: [relay.url] })
  await expect
    .poll(() => relay.frames.filter(([type, event]) => type === 'EVENT' && (event as NostrEvent).kind === 4244).length)
    .toBeGreaterThan(0)
  const device = await reading.device.freeze()
  await reading.courier.stop()
  relay.set({})
  expect(writing.status(said)?.state).toBe('sent')
  await startClient(bob, { relays: [relay.url], device })
  await expect.poll(() => writing.status(said)?.state).toBe('delivered')
  await settle()
  expect(acks(relay)).toHaveLength(1)
})

test('an acknowledgement older than a subscription looks back is found by asking for it', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const writing = await startClient(alice, { relays: [relay.url] })
  const { said } = await unread(writing, relay, bob)
  const device = await writing.device.freeze()
  await writing.courier.stop()
  await startClient(bob, { relays: [relay.url] })
  await expect.poll(() => acks(relay)).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve, 2_100))
  const back = await startClient(alice, { relays: [relay.url], device, lookBackMs: 500 })
  await expect.poll(() => back.status(said)?.state).toBe('delivered')
})

test('acknowledgements are asked for of messages, not of chunks, which nobody acknowledges', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const client = await startClient(alice, { relays: [relay.url] })
  const body = { type: 'kez-file-chunk-v1', file_id: 'ab'.repeat(16), i: 0, n: 1, data: 'AAAA' }
  const { inner } = await client.courier.send({ to: bob.key.primary, body })
  await expect.poll(() => client.status(inner)?.state).toBe('sent')
  const said = await client.say(bob, 'hello')
  await expect.poll(() => client.status(said)?.state).toBe('sent')
  await client.courier.findAcks()
  await client.courier.findAcks()
  const ofChunk = messages(relay).find(({ tags }) => tags.some(([name]) => name === 'wake'))?.id ?? ''
  const ofText = messages(relay).find(({ tags }) => !tags.some(([name]) => name === 'wake'))?.id ?? ''
  const asked = JSON.stringify(relay.frames.filter(([type]) => type === 'REQ'))
  expect([ofChunk, ofText].map((id) => id.length > 0 && asked.includes(id))).toEqual([false, true])
})

test('a captured message that somebody else posts again is neither shown nor acknowledged', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const writing = await startClient(alice, { relays: [relay.url] })
  const { event } = await unread(writing, relay, bob)
  await writing.courier.stop()
  const elsewhere = await startRelay()
  const replayed = signEvent({ kind: 4242, tags: event.tags, content: event.content }, Date.now(), createAuthorKey())
  await poolOf([elsewhere]).publish(replayed).accepted
  const reading = await startClient(bob, { relays: [elsewhere.url] })
  await expect.poll(() => reading.refusals.map(({ code }) => code)).toEqual(['wrong_carrier'])
  await settle()
  expect(reading.texts()).toEqual([])
  expect(acks(elsewhere)).toEqual([])
})

test('a message unsent after 10 minutes goes out in a new event around the same inner', async () => {
  const relay = await startRelay({ faults: { refuse: 'error: not now' } })
  const [alice, bob] = [newPerson(), newPerson()]
  let ahead = 0
  const clock = { ahead: () => ahead }
  const writing = await startClient(alice, { relays: [relay.url], ...clock })
  const said = await writing.say(bob, 'hello')
  await expect.poll(() => writing.status(said)?.routes.relay.reason).toBe('error: not now')
  const sent = (): NostrEvent[] =>
    relay.frames.flatMap(([type, event]) => (type === 'EVENT' ? [event as NostrEvent] : []))
  const [first] = sent()
  ahead = 11 * 60_000
  relay.set({})
  writing.courier.retryNow()
  await expect.poll(() => writing.status(said)?.state).toBe('sent')
  const last = sent().at(-1)
  expect(last?.id).not.toBe(first?.id)
  expect(last?.pubkey).toBe(first?.pubkey)
  expect(last?.content).toBe(first?.content)
  expect((last?.created_at ?? 0) - (first?.created_at ?? 0)).toBeGreaterThanOrEqual(11 * 60)
  const reading = await startClient(bob, { relays: [relay.url], ...clock })
  await expect.poll(() => reading.texts()).toEqual(['hello'])
  await expect.poll(() => writing.status(said)?.state).toBe('delivered')
})

test('acknowledgements of what came by the home server wake nobody, nor do chunks', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const client = await startClient(alice, { relays: [relay.url] })
  const body = { type: 'kez-file-chunk-v1', file_id: 'ab'.repeat(16), i: 0, n: 1, data: 'AAAA' }
  const { inner } = await client.courier.send({ to: bob.key.primary, body })
  await expect.poll(() => client.status(inner)?.state).toBe('sent')
  expect(messages(relay)[0]?.tags).toContainEqual(['wake', '0'])
  await client.say(bob, 'hello')
  await expect.poll(() => messages(relay)).toHaveLength(2)
  expect(messages(relay).filter(({ tags }) => tags.some(([name]) => name === 'wake'))).toHaveLength(1)
})

test('a file in chunks is acknowledged only when the app says that it is whole', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const writing = await startClient(alice, { relays: [relay.url] })
  const reading = await startClient(bob, { relays: [relay.url] })
  const file = { type: 'kez-file-v1', mode: 'chunked', name: 'a.bin', mime: 'a/b', size: 3, n: 1 }
  const body = { ...file, file_id: 'ab'.repeat(16), sha256: 'cd'.repeat(32) }
  const { inner } = await writing.courier.send({ to: bob.key.primary, body })
  await expect.poll(() => reading.texts()).toEqual(['kez-file-v1'])
  await settle()
  expect(writing.status(inner)?.state).toBe('sent')
  await reading.courier.contactAccepted(alice.key.primary)
  await settle()
  expect(writing.status(inner)?.state).toBe('sent')
  await reading.courier.fileIsWhole(alice.key.primary, inner.id)
  await expect.poll(() => writing.status(inner)?.state).toBe('delivered')
})

test('relays that refuse authors they do not know get the message by the transport key, own ones only', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const client = await startClient(alice, { relays: [relay.url] })
  relay.set({ members: [alice.transportKey.publicKey, bob.transportKey.publicKey] })
  const reading = await startClient(bob, { relays: [relay.url] })
  const said = await client.say(bob, 'among members')
  await expect.poll(() => reading.texts()).toEqual(['among members'])
  await expect.poll(() => client.status(said)?.state).toBe('delivered')
  expect(messages(relay).map(({ pubkey }) => pubkey)).toEqual([alice.transportKey.publicKey])
})

test('a refusal that does not ask who writes is not answered with the transport key, nor with authentication', async () => {
  const refusals = ['blocked: kind not allowed', 'error: the mailbox is full', 'invalid: no']
  const relays = await Promise.all(refusals.map((refuse) => startRelay({ faults: { refuse } })))
  const [alice, bob] = [newPerson(), newPerson()]
  const client = await startClient(alice, { relays: relays.map(({ url }) => url) })
  const said = await client.say(bob, 'hello')
  await expect.poll(() => client.status(said)?.routes.relay.attempts).toBeGreaterThan(0)
  for (const { frames } of relays) {
    const written = frames.flatMap(([type, event]) => (type === 'EVENT' ? [(event as NostrEvent).pubkey] : []))
    expect(written.length).toBeGreaterThan(0)
    expect(written).not.toContain(alice.transportKey.publicKey)
    expect(frames.filter(([type]) => type === 'AUTH')).toEqual([])
  }
})

test('a message to a key that is nobody’s is refused before anything is sent', async () => {
  const [alice] = [newPerson()]
  const client = await startClient(alice, { relays: [] })
  const weak = messagingKeyFromSeed(randomBytes(32)).primary.replace(/.{64}$/, `01${'0'.repeat(62)}`)
  await expect(
    client.courier.send({ to: weak as typeof alice.key.primary, body: { type: 'text', text: 'x' } }),
  ).rejects.toMatchObject({ name: 'MessageError' })
})

test('a message that was kept, but whose acknowledgement could not be noted, is acknowledged when it comes again', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const device = newDevice()
  let failures = 0
  const acks: RecordStore = {
    ...device.acks,
    put: async (key, value) => {
      if (failures++ === 0) throw new Error('the disk is full')
      await device.acks.put(key, value)
    },
  }
  const writing = await startClient(alice, { relays: [relay.url] })
  const reading = await startClient(bob, { relays: [relay.url], device: { ...device, acks } })
  const said = await writing.say(bob, 'hello')
  await expect.poll(() => reading.errors).toHaveLength(1)
  // A restart, as far as the message is concerned: what is in memory only is gone.
  const kept = await device.freeze()
  await reading.courier.stop()
  const again = await startClient(bob, { relays: [relay.url], device: kept })
  await expect.poll(() => writing.status(said)?.state).toBe('delivered')
  expect(again.texts()).toEqual(['hello'])
})
