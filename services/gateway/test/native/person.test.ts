import type { NatsClient } from '@kez-chat/client/nats'
import type { InboxMessage } from '@kez-chat/contracts'
import { acceptRotation, createEvent, emptyChain } from '@kez-chat/identity'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newEnvelope, newKey, newPerson, type Person, type Rig, startRig, type TestGateway } from '../rig.ts'
import { ackFormats, codeOf, openPerson } from './people.ts'

describe.each(ackFormats)('over their own NATS connection, %s,', (_, config) => {
  let rig: Rig
  let gateway: TestGateway
  let alice: Person
  let bob: Person
  const open: NatsClient[] = []

  beforeAll(async () => {
    rig = await startRig({ nats: { config } })
    gateway = await rig.startGateway()
    await rig.startAuth()
    alice = await newPerson(gateway)
    bob = await newPerson(gateway)
  })
  afterAll(() => rig?.stop())
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.close()))
  })

  const as = async (person: Pick<Person, 'signer'>, options = {}): Promise<NatsClient> => {
    const client = await openPerson(rig, person, options)
    open.push(client)
    return client
  }

  /** Everything that comes to a slot, as it comes. */
  const follow = (client: NatsClient, slot: number, take: (message: InboxMessage) => void = () => undefined) => {
    const got: InboxMessage[] = []
    const inbox = client.openInbox({
      slot,
      onMessage: (message) => {
        take(message)
        got.push(message)
      },
    })
    return { got, close: () => inbox.close() }
  }

  test.each([
    ['TCP', false],
    ['WebSocket', true],
  ])('a person sends and another reads, by %s', async (_, websocket) => {
    const [from, to] = [await as(alice, { websocket }), await as(bob, { websocket })]
    const envelope = newEnvelope()
    const { got, close } = follow(to, 0)
    const accepted = await from.send({ to: bob.handle, envelope })
    await expect.poll(() => got.map(({ id }) => id)).toContain(accepted.id)
    const message = got.find(({ id }) => id === accepted.id)
    expect(message).toMatchObject({ seq: accepted.seq, envelope, via: 'home' })
    await close()
  })

  test('the same message by NATS and by HTTP is stored once and gets the same answer', async () => {
    const from = await as(alice)
    const post = { to: bob.handle, envelope: newEnvelope() }
    const first = await from.send(post)
    expect(await gateway.client.postMessage(post)).toEqual(first)
    expect(await from.send(post)).toEqual(first)
  })

  test('what was acknowledged does not come again, what was not does, also on a new connection', async () => {
    const reader = await newPerson(gateway)
    for (let i = 0; i < 5; i++) await gateway.client.postMessage({ to: reader.handle, envelope: newEnvelope() })
    const first = await as(reader)
    let refuse = true
    const { got, close } = follow(first, 1, ({ seq }) => {
      const third = got.length === 2 && refuse
      if (!third) return
      refuse = false
      throw new Error(`not now: ${seq}`)
    })
    await expect.poll(() => got.length).toBe(5)
    await close()
    await expect.poll(async () => (await first.consumer(1)).unacknowledged).toBe(0)
    await first.close()
    const { seq } = await gateway.client.postMessage({ to: reader.handle, envelope: newEnvelope() })
    const later = follow(await as(reader), 1)
    await expect.poll(() => later.got.map((message) => message.seq)).toEqual([seq])
    await later.close()
  })

  test('each slot is a reader of its own', async () => {
    const reader = await newPerson(gateway)
    const client = await as(reader)
    const phone = follow(client, 0)
    const laptop = follow(client, 1)
    await gateway.client.postMessage({ to: reader.handle, envelope: newEnvelope() })
    await expect.poll(() => [phone.got.length, laptop.got.length]).toEqual([1, 1])
    await Promise.all([phone.close(), laptop.close()])
  })

  test('a consumer is made where it is wished, shown, found again and removed', async () => {
    const reader = await newPerson(gateway)
    const client = await as(reader)
    const sent = []
    for (let i = 0; i < 3; i++)
      sent.push(await gateway.client.postMessage({ to: reader.handle, envelope: newEnvelope() }))
    expect(await codeOf(client.consumer(2))).toBe('not_found')
    const made = await client.createConsumer(2, sent[0]?.seq)
    expect(made).toMatchObject({ slot: 2, pending: 2, unacknowledged: 0, inbox: reader.hex })
    expect(await client.createConsumer(2, 0)).toEqual(made)
    expect(await client.consumer(2)).toEqual(made)
    await client.deleteConsumer(2)
    await client.deleteConsumer(2)
    expect(await client.createConsumer(2)).toMatchObject({ pending: 3 })
    expect(await codeOf(client.createConsumer(4))).toBe('invalid')
    expect(await codeOf(client.createConsumer(3, Number.MAX_SAFE_INTEGER))).toBe('cursor_reset')
  })

  test('somebody who listens is told that something came', async () => {
    const client = await as(bob)
    let hints = 0
    client.onHint(bob.hex, () => {
      hints += 1
    })
    await client.connection.flush()
    await gateway.client.postMessage({ to: bob.handle, envelope: newEnvelope() })
    await expect.poll(() => hints).toBeGreaterThan(0)
  })

  test.each<[string, () => unknown, string]>([
    ['to nobody', () => ({ to: 'nobody-here', envelope: newEnvelope() }), 'not_found'],
    ['to another server', () => ({ to: 'bob@elsewhere.example', envelope: newEnvelope() }), 'wrong_server'],
    ['of another shape', () => ({ to: bob.handle, envelope: 'text' }), 'malformed'],
    ['without a recipient', () => ({ envelope: newEnvelope() }), 'malformed'],
    ['with U+0000', () => ({ to: bob.handle, envelope: { v: 2, ct: '\0' } }), 'malformed'],
    ['that is too large', () => ({ to: bob.handle, envelope: newEnvelope(300_000) }), 'too_large'],
  ])('a message %s gets the same code as over HTTP', async (_, post, code) => {
    const client = await as(alice)
    // What a hostile program sends is not what the library's types allow.
    expect(await codeOf(client.send(post() as Parameters<NatsClient['send']>[0]))).toBe(code)
  })

  test('a person who has rotated reads the old inbox and sends under the new key', async () => {
    const old = await newPerson(gateway)
    const next = newKey()
    const before = await gateway.client.postMessage({ to: old.handle, envelope: newEnvelope() })
    const head = emptyChain(old.signer.primary)
    const rotation = { op: 'rotate', acceptance: acceptRotation(head, next) } as const
    await gateway.client.appendSigchain(createEvent(head, rotation, Date.now(), old.signer).envelope)
    const client = await as({ signer: next })
    const { got, close } = follow(client, 0)
    await expect.poll(() => got.map(({ seq }) => seq)).toEqual([before.seq])
    expect(await codeOf(client.send({ to: bob.handle, envelope: newEnvelope() }))).toBe('ok')
    await close()
  })
})

describe('limits', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await rig.startAuth()
  })
  afterAll(() => rig?.stop())

  test('what cannot be read counts as well: a person cannot keep the gateway busy with it', async () => {
    const gateway = await rig.startGateway({ KEZ_POST_RATE_PER_MINUTE: '1', KEZ_POST_BURST: '3' })
    const alice = await newPerson(gateway)
    const client = await openPerson(rig, alice)
    const codes: string[] = []
    for (let i = 0; i < 5; i++) {
      const answer = await client.connection.request(`kez.send.${alice.hex}`, 'x'.repeat(200_000))
      codes.push(answer.json<{ error: { code: string } }>().error.code)
    }
    expect(codes).toEqual(['malformed', 'malformed', 'malformed', 'rate_limited', 'rate_limited'])
    await client.close()
    await gateway.app.stop()
  })

  test('one person may send as often as one address over HTTP, on however many connections; others are not held up', async () => {
    const gateway = await rig.startGateway({ KEZ_POST_RATE_PER_MINUTE: '1', KEZ_POST_BURST: '5' })
    const [alice, bob] = [await newPerson(gateway), await newPerson(gateway)]
    const clients = [await openPerson(rig, alice), await openPerson(rig, alice)]
    const codes: string[] = []
    for (let i = 0; i < 8; i++) {
      const client = clients[i % 2]
      if (client) codes.push(await codeOf(client.send({ to: bob.handle, envelope: newEnvelope() })))
    }
    expect(codes).toEqual([
      ...Array.from({ length: 5 }, () => 'ok'),
      ...Array.from({ length: 3 }, () => 'rate_limited'),
    ])
    const other = await openPerson(rig, bob)
    expect(await codeOf(other.send({ to: alice.handle, envelope: newEnvelope() }))).toBe('ok')
    await Promise.all([...clients, other].map((client) => client.close()))
  })
})
