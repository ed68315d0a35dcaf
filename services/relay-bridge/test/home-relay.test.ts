import { KIND_ACK, KIND_MESSAGE, type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import { makeAuthEvent } from 'nostr-tools/nip42'
import { type EventTemplate, finalizeEvent } from 'nostr-tools/pure'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type HomeRelayRig,
  messageFor,
  newAuthor,
  newEnvelope,
  newSigner,
  ownEvent,
  plain,
  query,
  startHomeRelayRig,
} from './home-relay-rig.ts'
import { openRaw } from './raw-client.ts'

let rig: HomeRelayRig
beforeAll(async () => {
  rig = await startHomeRelayRig()
})
afterAll(async () => rig?.stop())

const minute = 60_000
const seconds = (ms: number): number => Math.floor(ms / 1_000)

describe('with the client of nostr-tools', () => {
  test('a message for somebody registered here is taken from anybody, kept for them, and in their inbox', async () => {
    const alice = await rig.newPerson()
    const relay = await rig.connect()
    const event = messageFor(alice)
    expect(await relay.publish(plain(event))).toBe('')
    const own = await rig.connectAs(alice)
    expect(await query(own, { kinds: [4242], '#q': [alice.address] })).toEqual([event.id])
    const { messages } = await rig.client.readInbox(alice)
    expect(messages).toMatchObject([{ event: { id: event.id }, via: rig.url }])
  })

  test('a profile is published by its owner and read by anybody; only the newest stays', async () => {
    const alice = await rig.newPerson()
    const relay = await rig.connect()
    const older = ownEvent(alice, 0, '{"name":"old"}', [], Date.now() - minute)
    const newer = ownEvent(alice, 0, '{"name":"new"}')
    await relay.publish(plain(older))
    await relay.publish(plain(newer))
    expect(await relay.publish(plain(older))).toMatch(/^duplicate: /)
    expect(await query(relay, { kinds: [0], authors: [alice.transport.publicKey] })).toEqual([newer.id])
  })

  test('what is published while somebody listens reaches them, at every filter only once', async () => {
    const alice = await rig.newPerson()
    const own = await rig.connectAs(alice)
    const got: string[] = []
    const filters = [{ kinds: [KIND_MESSAGE] }, { '#q': [alice.address] }]
    const listening = new Promise<void>((resolve) => {
      own.subscribe(filters, { onevent: ({ id }) => got.push(id), oneose: resolve })
    })
    await listening
    const relay = await rig.connect()
    const events = [messageFor(alice), messageFor(alice), messageFor(alice)]
    for (const event of events) await relay.publish(plain(event))
    await expect.poll(() => got).toEqual(events.map(({ id }) => id))
  })

  test('nothing falls between what is stored and what comes live', async () => {
    const alice = await rig.newPerson()
    const own = await rig.connectAs(alice)
    const relay = await rig.connect()
    const events = Array.from({ length: 60 }, () => messageFor(alice))
    const got: string[][] = []
    const publishing = Promise.all(events.map((event) => relay.publish(plain(event))))
    for (let i = 0; i < 6; i++) {
      const mine: string[] = []
      got.push(mine)
      own.subscribe([{ kinds: [KIND_MESSAGE] }], { onevent: ({ id }) => mine.push(id) })
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    await publishing
    const all = events.map(({ id }) => id).sort()
    for (const mine of got) await expect.poll(() => [...mine].sort()).toEqual(all)
  })

  test('a sender finds the acks of given messages under their own address', async () => {
    const [alice, bob] = [await rig.newPerson(), await rig.newPerson()]
    const relay = await rig.connect()
    const acks = [messageFor(bob), messageFor(bob)].map((event) => ackOf(event, alice.address))
    for (const ack of acks) expect(await relay.publish(plain(ack))).toBe('')
    const own = await rig.connectAs(alice)
    const [first] = acks
    const acked = first?.tags.find(([name]) => name === 'e')?.[1] ?? ''
    expect(await query(own, { kinds: [KIND_ACK], '#e': [acked], '#q': [alice.address] })).toEqual([first?.id])
  })

  test('stored events come newest first, within since, until and limit', async () => {
    const alice = await rig.newPerson()
    const own = await rig.connectAs(alice)
    const now = Date.now()
    const [a, b, c] = [3, 2, 1].map((age) => messageFor(alice, newEnvelope(), now - age * minute))
    for (const event of [b, c, a]) await own.publish(plain(event as NostrEvent))
    const ids = (...events: (NostrEvent | undefined)[]) => events.map((event) => event?.id)
    const since = seconds(now - 2.5 * minute)
    const until = seconds(now - 1.5 * minute)
    expect(await query(own, { kinds: [4242] })).toEqual(ids(c, b, a))
    expect(await query(own, { kinds: [4242], limit: 2 })).toEqual(ids(c, b))
    expect(await query(own, { kinds: [4242], since })).toEqual(ids(c, b))
    expect(await query(own, { kinds: [4242], until })).toEqual(ids(b, a))
    expect(await query(own, { kinds: [4242], limit: 0 })).toEqual([])
    expect(await query(own, { ids: ids(a) as string[] })).toEqual(ids(a))
  })
})

/** As far as a relay can tell: the signature of the recipient is for the sender to check. */
const ackOf = (event: NostrEvent, senderAddress: string): NostrEvent =>
  signEvent(
    {
      kind: KIND_ACK,
      content: '',
      tags: [
        ['e', event.id],
        ['p', event.pubkey],
        ['q', senderAddress],
        ['kez-sig', '0'.repeat(128)],
      ],
    },
    Date.now(),
    newAuthor(),
  )

describe('what is taken', () => {
  const stranger = { transport: newAuthor() }
  const week = 7 * 24 * 60 * minute

  test.each<[string, RegExp, (alice: Awaited<ReturnType<HomeRelayRig['newPerson']>>) => NostrEvent]>([
    ['a kind that is not for people here', /^blocked: /, (alice) => ownEvent(alice, 1, 'hello')],
    ['a message for nobody here', /^blocked: /, () => messageFor({ signer: newSigner() })],
    ['a profile of somebody not registered', /^restricted: /, () => ownEvent(stranger, 0, '{}')],
    [
      'a deletion by somebody not registered',
      /^restricted: /,
      () => ownEvent(stranger, 5, '', [['e', 'a'.repeat(64)]]),
    ],
    ['other data of applications', /^blocked: /, (alice) => ownEvent(alice, 30078, '', [['d', 'notes']])],
    [
      'a message more than a week old',
      /^invalid: /,
      (alice) => messageFor(alice, newEnvelope(), Date.now() - week - minute),
    ],
    ['a message dated ahead', /^invalid: /, (alice) => messageFor(alice, newEnvelope(), Date.now() + 6 * minute)],
    ['a profile dated ahead', /^invalid: /, (alice) => ownEvent(alice, 0, '{}', [], Date.now() + 6 * minute)],
    [
      'a message that carries no envelope',
      /^invalid: /,
      (alice) => ownEvent(alice, 4242, 'hi', [['q', alice.address]]),
    ],
    [
      'a message for two people',
      /^invalid: /,
      (alice) =>
        ownEvent(alice, 4242, '{}', [
          ['q', alice.address],
          ['q', alice.address],
        ]),
    ],
    ['a forged signature', /^invalid: /, (alice) => ({ ...messageFor(alice), sig: '1'.repeat(128) })],
    ['an id of something else', /^invalid: /, (alice) => ({ ...messageFor(alice), id: 'a'.repeat(64) })],
    ['a deletion of nothing', /^invalid: /, (alice) => ownEvent(alice, 5)],
  ])('%s is refused', async (_, reason, make) => {
    const relay = await rig.connect()
    await expect(relay.publish(plain(make(await rig.newPerson())))).rejects.toThrow(reason)
  })

  test('the same event twice is taken once and says so', async () => {
    const alice = await rig.newPerson()
    const relay = await rig.connect()
    const event = messageFor(alice)
    await relay.publish(plain(event))
    expect(await relay.publish(plain(event))).toMatch(/^duplicate: /)
    expect((await rig.client.readInbox(alice)).messages).toHaveLength(1)
  })

  test('a message that was also posted by HTTP is in the inbox once, under one id', async () => {
    const alice = await rig.newPerson()
    const relay = await rig.connect()
    const [first, second] = [newEnvelope(), newEnvelope()]
    await relay.publish(plain(messageFor(alice, first)))
    const posted = await rig.client.postMessage({ to: alice.handle, envelope: first })
    await rig.client.postMessage({ to: alice.handle, envelope: second })
    await relay.publish(plain(messageFor(alice, second)))
    const { messages } = await rig.client.readInbox(alice)
    expect(messages).toHaveLength(2)
    expect(messages[0]?.id).toBe(posted.id)
    expect(await query(await rig.connectAs(alice), { kinds: [4242] })).toHaveLength(2)
  })
})

describe('what may be read (NIP-42)', () => {
  test('messages only by whom they are for, with the bound transport key', async () => {
    const [alice, bob] = [await rig.newPerson(), await rig.newPerson()]
    const anonymous = await rig.connect()
    await anonymous.publish(plain(messageFor(alice)))
    const mail = { kinds: [4242, 4244], '#q': [alice.address] }
    await expect(query(anonymous, mail)).rejects.toThrow(/^auth-required: /)
    await expect(query(anonymous, { kinds: [4242] })).rejects.toThrow(/^auth-required: /)
    await expect(query(await rig.connectAs(bob), mail)).rejects.toThrow(/^restricted: /)
    await expect(query(await rig.connectAs({ transport: newAuthor() }), mail)).rejects.toThrow(/^restricted: /)
    expect(await query(await rig.connectAs(bob), { kinds: [4242] })).toEqual([])
    expect(await query(await rig.connectAs(alice), mail)).toHaveLength(1)
  })

  test('nobody is listed: profiles are asked for by author', async () => {
    await expect(query(await rig.connect(), { kinds: [0] })).rejects.toThrow(/^restricted: /)
    await expect(query(await rig.connect(), {})).rejects.toThrow(/^restricted: /)
  })

  test('an authentication for another relay, another challenge or another time does not count', async () => {
    const alice = await rig.newPerson()
    const secret = alice.transport.secret
    const swap = (name: string, value: string) => (tags: string[][]) =>
      tags.map((tag) => (tag[0] === name ? [name, value] : tag))
    const cases: [string, (made: EventTemplate) => object][] = [
      ['another relay', ({ tags }) => ({ tags: swap('relay', 'wss://evil.example/relay')(tags) })],
      ['another challenge', ({ tags }) => ({ tags: swap('challenge', 'a'.repeat(32))(tags) })],
      ['10 minutes', ({ created_at: at }) => ({ created_at: at - 3_600 })],
      ['22242', () => ({ kind: 1 })],
    ]
    for (const [why, change] of cases) {
      const raw = await openRaw(rig.url)
      const made = makeAuthEvent(rig.url, await raw.challenge())
      raw.send('AUTH', finalizeEvent({ ...made, ...change(made) }, secret))
      const [, , ok, reason] = await raw.next('OK')
      expect([ok, reason]).toEqual([false, expect.stringContaining(why)])
      raw.send('REQ', 'x', { kinds: [4242], '#q': [alice.address] })
      expect((await raw.next('CLOSED'))[2]).toMatch(/^auth-required: /)
      raw.close()
    }
  })

  test('a client that authenticates wrongly again and again is sent away', async () => {
    const raw = await openRaw(rig.url)
    await raw.challenge()
    for (let i = 0; i < 5; i++) raw.send('AUTH', ownEvent({ transport: newAuthor() }, 22242))
    expect(await raw.closed()).toMatchObject({ code: 1008 })
  })
})

describe('events that end', () => {
  test('an expired event is neither taken nor shown (NIP-40)', async () => {
    const alice = await rig.newPerson()
    const own = await rig.connectAs(alice)
    const expiring = (at: number) =>
      ownEvent(alice, 4242, JSON.stringify(newEnvelope()), [
        ['q', alice.address],
        ['expiration', String(seconds(at))],
      ])
    await expect(own.publish(plain(expiring(Date.now() - minute)))).rejects.toThrow(/^invalid: /)
    const brief = expiring(Date.now() + 3_000)
    const lasting = expiring(Date.now() + 60 * minute)
    await own.publish(plain(brief))
    await own.publish(plain(lasting))
    await expect.poll(() => query(own, { kinds: [4242] })).toEqual([lasting.id])
  })

  test('an author takes back what is theirs, and it does not come back (NIP-09)', async () => {
    const [alice, bob] = [await rig.newPerson(), await rig.newPerson()]
    const relay = await rig.connect()
    const message = ownEvent(alice, 4242, JSON.stringify(newEnvelope()), [['q', bob.address]])
    const profile = ownEvent(alice, 0, '{}')
    const list = ownEvent(alice, 10002, '', [['r', 'wss://relay.example']])
    const others = ownEvent(bob, 0, '{}')
    for (const event of [message, profile, list, others]) await relay.publish(plain(event))
    const request = ownEvent(alice, 5, '', [
      ['e', message.id],
      ['e', others.id],
      ['a', `0:${alice.transport.publicKey}:`],
      ['a', `0:${bob.transport.publicKey}:`],
    ])
    expect(await relay.publish(plain(request))).toBe('')
    const authors = [alice.transport.publicKey, bob.transport.publicKey]
    expect((await query(relay, { kinds: [0, 10002], authors })).sort()).toEqual([list.id, others.id].sort())
    expect(await query(await rig.connectAs(bob), { kinds: [4242] })).toEqual([])
    expect(await query(relay, { kinds: [5], authors })).toEqual([request.id])
    for (const event of [message, profile]) await expect(relay.publish(plain(event))).rejects.toThrow(/^blocked: /)
    const after = ownEvent(alice, 0, '{"name":"again"}', [], Date.now() + 2_000)
    expect(await relay.publish(plain(after))).toBe('')
  })

  test('whoever asks to vanish is gone, with their mail on the relay, and only up to then (NIP-62)', async () => {
    const [alice, bob] = [await rig.newPerson(), await rig.newPerson()]
    const relay = await rig.connect()
    const at = Date.now() - minute
    const profile = ownEvent(alice, 0, '{}', [], at)
    const list = ownEvent(alice, 10002, '', [], Date.now() + minute)
    const sent = ownEvent(alice, 4242, JSON.stringify(newEnvelope()), [['q', bob.address]], at)
    const received = messageFor(alice, newEnvelope(), at)
    for (const event of [profile, list, sent, received]) await relay.publish(plain(event))
    const deleted = ownEvent(alice, 5, '', [['e', 'a'.repeat(64)]], at)
    await relay.publish(plain(deleted))
    const elsewhere = ownEvent(alice, 62, '', [['relay', 'wss://other.example']])
    await expect(relay.publish(plain(elsewhere))).rejects.toThrow(/^invalid: /)
    const request = ownEvent(alice, 62, 'bye', [['relay', rig.url]])
    expect(await relay.publish(plain(request))).toBe('')
    const own = { kinds: [0, 5, 10002, 62], authors: [alice.transport.publicKey] }
    expect((await query(relay, own)).sort()).toEqual([list.id, request.id].sort())
    expect(await query(await rig.connectAs(alice), { kinds: [4242] })).toEqual([])
    expect(await query(await rig.connectAs(bob), { kinds: [4242] })).toEqual([])
    await expect(relay.publish(plain(profile))).rejects.toThrow(/^blocked: /)
    // What was in inboxes is in inboxes.
    expect((await rig.client.readInbox(alice)).messages).toHaveLength(1)
  })
})
