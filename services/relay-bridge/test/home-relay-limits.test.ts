import { makeAuthEvent } from 'nostr-tools/nip42'
import { finalizeEvent } from 'nostr-tools/pure'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type HomeRelayRig,
  messageFor,
  newAuthor,
  newEnvelope,
  ownEvent,
  plain,
  query,
  startHomeRelayRig,
} from './home-relay-rig.ts'
import { openRaw } from './raw-client.ts'

/** More than the tests together need from the address of this machine; those of the limits come from addresses of their own. */
const eventsPerMinute = 400
const questionsPerMinute = 100

let rig: HomeRelayRig
beforeAll(async () => {
  rig = await startHomeRelayRig({
    env: {
      KEZ_RELAY_SESSIONS_PER_ADDRESS: '12',
      KEZ_RELAY_EVENTS_PER_MINUTE: String(eventsPerMinute),
      KEZ_RELAY_QUESTIONS_PER_MINUTE: String(questionsPerMinute),
      KEZ_TRUSTED_PROXIES: '127.0.0.0/8,::1',
    },
  })
})
afterAll(async () => rig?.stop())

/** Other clients go on as if nothing had happened. */
const expectStillServed = async (): Promise<void> => {
  const alice = await rig.newPerson()
  const relay = await rig.connect()
  const event = ownEvent(alice, 0, '{}')
  await relay.publish(plain(event))
  expect(await query(relay, { kinds: [0], authors: [alice.transport.publicKey] })).toEqual([event.id])
  relay.close()
}

test.each([
  ['no JSON', 'hello'],
  ['nothing', ''],
  ['no array', '{"EVENT":1}'],
  ['an unknown type', '["SUBSCRIBE","x"]'],
  ['half of an event', '["EVENT",{"id":"a"}]'],
  ['a number for an event', '["EVENT",7]'],
  ['a subscription without a name', '["REQ","",{}]'],
  ['a name that is too long', `["REQ","${'x'.repeat(65)}",{}]`],
  ['deep nesting', '['.repeat(60_000) + ']'.repeat(60_000)],
  ['a lone surrogate', '["EVENT",{"content":"\\ud800"}]'],
])('a frame with %s gets a notice and nothing else happens', async (_, text) => {
  const raw = await openRaw(rig.url)
  raw.sendText(text)
  expect((await raw.next('NOTICE'))[1]).toMatch(/^invalid: /)
  raw.send('REQ', 'x', { kinds: [0], authors: ['a'.repeat(64)] })
  await raw.next('EOSE')
  raw.close()
})

test.each([
  ['no filters', []],
  ['eleven filters', Array.from({ length: 11 }, () => ({}))],
  ['a filter that is no object', ['x']],
  ['a field it does not know', [{ search: 'x' }]],
  ['501 authors', [{ authors: Array.from({ length: 501 }, (_, i) => i.toString(16).padStart(64, '0')) }]],
  ['half an author', [{ authors: ['abc'] }]],
  ['a time that is text', [{ since: 'yesterday' }]],
  ['a negative limit', [{ limit: -1 }]],
])('a subscription with %s is closed with the reason', async (_, filters) => {
  const raw = await openRaw(rig.url)
  raw.send('REQ', 'x', ...filters)
  expect(await raw.next('CLOSED')).toEqual(['CLOSED', 'x', expect.stringMatching(/^invalid: /)])
  raw.close()
})

test('COUNT is answered as not supported', async () => {
  const raw = await openRaw(rig.url)
  raw.send('COUNT', 'x', { kinds: [0] })
  expect((await raw.next('CLOSED'))[2]).toMatch(/^error: /)
  raw.close()
})

test('a frame beyond 128 KiB ends its connection and no other', async () => {
  const raw = await openRaw(rig.url)
  raw.sendText('x'.repeat(128 * 1024 + 1))
  expect(await raw.closed()).toMatchObject({ code: 1009 })
  await expectStillServed()
})

test('a binary frame ends its connection', async () => {
  const raw = await openRaw(rig.url)
  raw.sendText(Uint8Array.of(1, 2, 3))
  expect(await raw.closed()).toMatchObject({ code: 1003 })
})

test('an event beyond 64 KiB is refused', async () => {
  const alice = await rig.newPerson()
  const relay = await rig.connect()
  const huge = finalizeEvent(
    { kind: 0, content: 'x'.repeat(70_000), tags: [], created_at: 1_700_000_000 },
    alice.transport.secret,
  )
  await expect(relay.publish(huge)).rejects.toThrow(/^invalid: /)
  relay.close()
})

test('of 10,000 subscriptions twenty are served, the next ones refused, and who goes on is sent away', async () => {
  const raw = await openRaw(rig.url, { address: '192.0.2.1' })
  const subscribe = (i: number): void => raw.send('REQ', `s${i}`, { kinds: [0], authors: ['a'.repeat(64)] })
  for (let i = 0; i < 20; i++) subscribe(i)
  // Answers come from the disk: whoever is sent away before they are there does not get them any more.
  await expect.poll(() => raw.messages.filter(([type]) => type === 'EOSE')).toHaveLength(20)
  for (let i = 20; i < 10_000; i++) subscribe(i)
  expect(await raw.closed()).toMatchObject({ code: 1008 })
  expect(raw.messages.filter(([type]) => type === 'EOSE')).toHaveLength(20)
  const refused = raw.messages.filter(([type]) => type === 'CLOSED')
  expect(refused.length).toBeLessThan(300)
  expect(refused[0]?.[2]).toMatch(/^rate-limited: /)
  await expectStillServed()
})

test('an address has so many connections and no more', async () => {
  // An address of its own: connections of the tests before may still be closing.
  const own = { address: '203.0.113.77' }
  const all = await Promise.all(Array.from({ length: 12 }, () => openRaw(rig.url, own)))
  await expect(openRaw(rig.url, own)).rejects.toThrow('429')
  for (const raw of all) raw.close()
  await expect.poll(() => openRaw(rig.url, own).then((raw) => raw.close(), String)).toBeUndefined()
})

test('a client that does not read costs little and is sent away; others get everything', async () => {
  const alice = await rig.newPerson()
  const slow = await openRaw(rig.url)
  const auth = makeAuthEvent(rig.url, await slow.challenge())
  slow.send('AUTH', finalizeEvent(auth, alice.transport.secret))
  await slow.next('OK')
  slow.send('REQ', 'x', { kinds: [4242] })
  await slow.next('EOSE')
  slow.socket.pause()

  const quick = await rig.connectAs(alice)
  const got = new Set<string>()
  quick.subscribe([{ kinds: [4242] }], { onevent: ({ id }) => got.add(id) })
  const sender = await rig.connect()
  const sentAway = async (): Promise<number> =>
    Number((await rig.metrics('gateway')).match(/relay_closed_total\{reason="refused"\} (\d+)/)?.[1] ?? 0)
  const before = await sentAway()
  let sent = 0
  // Several windows at least, and then until the buffers of the system are full too; 16 MB are beyond all of them.
  while (sent < 60 || (sent < 300 && (await sentAway()) === before)) {
    const events = Array.from({ length: 20 }, () => messageFor(alice, newEnvelope(55_000)))
    await Promise.all(events.map((event) => sender.publish(plain(event))))
    sent += events.length
  }
  await expect.poll(() => got.size).toBe(sent)
  await expect.poll(sentAway).toBeGreaterThan(before)
  await expect.poll(() => rig.metrics('gateway')).toMatch(/relay_buffered_bytes 0$/m)
  slow.close()
  for (const relay of [quick, sender]) relay.close()

  // Whoever reads gets all that is stored, however much more than a window it is.
  const later = await rig.connectAs(alice)
  expect(await query(later, { kinds: [4242] })).toHaveLength(sent)
  later.close()
})

test('an address may send so many events and ask so many questions a minute', async () => {
  const address = '192.0.2.2'
  const raw = await openRaw(rig.url, { address })
  // Not too many: who is refused more than 200 times is sent away.
  const sent = eventsPerMinute + 190
  const event = ownEvent({ transport: newAuthor() }, 1, 'of a kind that is not taken')
  for (let i = 0; i < sent; i++) raw.send('EVENT', event)
  const answers: string[] = []
  for (let i = 0; i < sent; i++) answers.push(String((await raw.next('OK'))[3]))
  const within = answers.filter((answer) => answer.startsWith('blocked: ')).length
  expect(within).toBeGreaterThanOrEqual(eventsPerMinute)
  expect(within).toBeLessThan(sent)
  expect(answers.filter((answer) => answer.startsWith('rate-limited: '))).toHaveLength(sent - within)

  // 500 authors are 51 questions, 470 are 48: next to nothing is left after them, on whatever connection.
  const authors = Array.from({ length: 500 }, (_, i) => i.toString(16).padStart(64, '0'))
  for (const count of [500, 470]) {
    raw.send('REQ', 'many', { authors: authors.slice(0, count) })
    await raw.next('EOSE')
  }
  const other = await openRaw(rig.url, { address })
  for (let i = 0; i < 40; i++) other.send('REQ', 'one', { authors: authors.slice(0, 1) })
  expect((await other.next('CLOSED'))[2]).toMatch(/^rate-limited: too many requests/)

  // Somebody elsewhere has a minute of their own.
  const elsewhere = await openRaw(rig.url, { address: '192.0.2.3' })
  elsewhere.send('EVENT', event)
  expect((await elsewhere.next('OK'))[3]).toMatch(/^blocked: /)
  elsewhere.send('REQ', 'one', { authors: authors.slice(0, 1) })
  await elsewhere.next('EOSE')
  for (const client of [raw, other, elsewhere]) client.close()
})
