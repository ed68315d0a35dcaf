import { createHash } from 'node:crypto'
import { inboxStreamOf, inboxSubject } from '@kez-chat/contracts'
import { openJetStream } from '@kez-chat/eventlog'
import { storeMessage } from '@kez-chat/eventlog/messages'
import { jcs } from '@kez-chat/identity'
import { connectNats, createLog } from '@kez-chat/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import { newEnvelope, newPerson, type Person, type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway
let other: TestGateway

beforeAll(async () => {
  rig = await startRig({ nats: { inboxStreams: 2 } })
  gateway = await rig.startGateway()
  other = await rig.startGateway()
})
afterAll(async () => rig?.stop())

const post = (
  at: TestGateway,
  to: Person,
  envelope: unknown,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${at.baseUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ to: to.handle, envelope }),
  })

const read = async (at: TestGateway, person: Person) => (await at.client.readInbox(person)).messages

test('an accepted message is in the inbox as it was sent, under the hash of its canonical form', async () => {
  const alice = await newPerson(gateway)
  const envelope = { v: 2, b: 'é', a: [1, { z: null, y: false }] }
  const response = await post(gateway, alice, envelope)
  expect(response.status).toBe(201)
  const accepted = await response.json()
  expect(accepted).toEqual({
    id: createHash('sha256').update(jcs(envelope)).digest('hex'),
    seq: expect.any(Number),
    accepted_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  })
  expect(await read(gateway, alice)).toEqual([
    { seq: accepted.seq, id: accepted.id, envelope, via: 'home', received_at: accepted.accepted_at },
  ])
})

test('the same envelope is stored once and answered alike, by every gateway and however it is written', async () => {
  const alice = await newPerson(gateway)
  const envelope = { v: 2, ct: newEnvelope().eph, n: 1 }
  const reordered = { n: 1.0, ct: envelope.ct, v: 2 }
  const answers = []
  for (const at of [gateway, other, gateway]) answers.push(await (await post(at, alice, envelope)).json())
  answers.push(await (await post(other, alice, reordered)).json())
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(await read(gateway, alice)).toHaveLength(1)
})

test('20 equal posts at once are one message', async () => {
  const alice = await newPerson(gateway)
  const envelope = newEnvelope()
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => (await post(i % 2 ? gateway : other, alice, envelope)).json()),
  )
  expect(new Set(answers.map(({ seq }) => seq)).size).toBe(1)
  expect(await read(gateway, alice)).toHaveLength(1)
})

test('the same envelope to two people is two messages', async () => {
  const [alice, bob] = [await newPerson(gateway), await newPerson(gateway)]
  const envelope = newEnvelope()
  for (const person of [alice, bob]) expect((await post(gateway, person, envelope)).status).toBe(201)
  expect([(await read(gateway, alice)).length, (await read(gateway, bob)).length]).toEqual([1, 1])
})

test('an address has 60 posts and one more each second, and is told when', async () => {
  const strict = await rig.startGateway({
    KEZ_POST_RATE_PER_MINUTE: '60',
    KEZ_POST_BURST: '60',
    KEZ_TRUSTED_PROXIES: '127.0.0.1',
  })
  const alice = await newPerson(gateway)
  const from = (address: string) => post(strict, alice, newEnvelope(), { 'x-forwarded-for': address })
  const results = await Promise.all(Array.from({ length: 70 }, () => from('2001:db8:1:2::1')))
  const accepted = results.filter(({ status }) => status === 201).length
  expect(accepted).toBeGreaterThanOrEqual(60)
  expect(accepted).toBeLessThan(70)
  const refused = results.find(({ status }) => status === 429)
  if (!refused) throw new TypeError('none was refused')
  expect(Number(refused.headers.get('retry-after'))).toBe(1)
  await expectProblem(refused, 'rate_limited')
  // The whole /64 is one client; the neighbouring one is another.
  await Promise.all(Array.from({ length: 10 }, () => from('2001:db8:1:2::1')))
  expect((await from('2001:db8:1:2:ffff::9')).status).toBe(429)
  expect((await from('2001:db8:1:3::1')).status).toBe(201)
  expect((await from('192.0.2.1')).status).toBe(201)
})

test('without a trusted proxy nobody escapes a limit by a header', async () => {
  const strict = await rig.startGateway({ KEZ_POST_RATE_PER_MINUTE: '1', KEZ_POST_BURST: '3' })
  const alice = await newPerson(gateway)
  const statuses = []
  for (let i = 0; i < 4; i++)
    statuses.push((await post(strict, alice, newEnvelope(), { 'x-forwarded-for': `192.0.2.${i}` })).status)
  expect(statuses).toEqual([201, 201, 201, 429])
})

test('a mailbox takes so many messages per hour, from whatever address; a retry of an accepted one is still answered', async () => {
  const strict = await rig.startGateway({ KEZ_MAILBOX_HOURLY_MESSAGES: '3' })
  const [alice, bob] = [await newPerson(gateway), await newPerson(gateway)]
  const envelope = newEnvelope()
  const first = await (await post(strict, alice, envelope)).json()
  for (let i = 0; i < 2; i++) expect((await post(strict, alice, newEnvelope())).status).toBe(201)
  const refused = await post(strict, alice, newEnvelope())
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1000)
  await expectProblem(refused, 'rate_limited')
  expect(await (await post(strict, alice, envelope)).json()).toEqual(first)
  expect((await post(strict, bob, newEnvelope())).status).toBe(201)
})

test('a mailbox takes so many bytes per hour, and what was not stored does not count', async () => {
  const strict = await rig.startGateway({ KEZ_MAILBOX_HOURLY_BYTES: String(1024 * 1024) })
  const alice = await newPerson(gateway)
  const envelope = newEnvelope(200_000)
  for (let i = 0; i < 12; i++) expect((await post(strict, alice, envelope)).status).toBe(201)
  for (let i = 0; i < 4; i++) expect((await post(strict, alice, newEnvelope(200_000))).status).toBe(201)
  await expectProblem(await post(strict, alice, newEnvelope(200_000)), 'rate_limited')
})

test('a mailbox that is full in bytes refuses what does not fit, tells its owner, and takes messages again once freed', async () => {
  const strict = await rig.startGateway({ KEZ_MAILBOX_BYTES: String(1024 * 1024) })
  const alice = await newPerson(gateway)
  const told: boolean[] = []
  let live = false
  const feed = strict.client.openInbox({
    ...alice,
    onMessage: () => undefined,
    onMailbox: ({ full }) => {
      told.push(full)
    },
    onStatus: (status) => {
      live ||= status === 'live'
    },
  })
  await expect.poll(() => live).toBe(true)
  let last = 0
  for (let i = 0; i < 5; i++)
    last = (await strict.client.postMessage({ to: alice.handle, envelope: newEnvelope(200_000) })).seq
  const refused = newEnvelope(200_000)
  await expectProblem(await post(strict, alice, refused), 'mailbox_full')
  await expect.poll(() => told).toEqual([true])
  expect((await strict.client.readInbox(alice)).mailbox).toEqual({
    messages: 5,
    max_messages: 10_000,
    max_bytes: 1024 * 1024,
    full: true,
  })
  await strict.client.freeInbox(alice, last)
  expect((await post(strict, alice, refused)).status).toBe(201)
  expect((await strict.client.readInbox(alice)).mailbox.full).toBe(false)
  await feed.close()
})

test('small messages do not fill a mailbox just because there could have been large ones', async () => {
  const strict = await rig.startGateway({ KEZ_MAILBOX_BYTES: String(1024 * 1024) })
  const alice = await newPerson(gateway)
  // 30 times the largest size is far above 1 MiB; what is really there is not.
  for (let i = 0; i < 30; i++) expect((await post(i % 2 ? gateway : strict, alice, newEnvelope(500))).status).toBe(201)
})

test('10,000 messages fill a mailbox: senders hear mailbox_full, the owner sees it, nothing old is pushed out', async () => {
  const alice = await newPerson(gateway)
  const jetstream = await openJetStream(
    await connectNats(
      { name: 'gateway', url: rig.nats.url, seed: rig.nats.seeds.gateway },
      createLog('test', 'silent'),
    ),
  )
  const envelope = newEnvelope()
  const first = await (await post(gateway, alice, envelope)).json()
  const record = JSON.stringify({
    id: 'ab'.repeat(32),
    received_at: '2026-01-01T00:00:00Z',
    via: 'x',
    wake: false,
    envelope: {},
  })
  const subject = inboxSubject.stored(alice.hex)
  for (let done = 1; done < 10_000; done += 500)
    await Promise.all(
      Array.from({ length: Math.min(500, 10_000 - done) }, () =>
        storeMessage(jetstream.nc, subject, record, { timeout: 30_000 }),
      ),
    )
  await expectProblem(await post(gateway, alice, newEnvelope()), 'mailbox_full')
  const page = await gateway.client.readInbox(alice, { limit: 1 })
  expect(page.mailbox).toMatchObject({ messages: 10_000, full: true })
  expect(page.messages[0]?.id).toBe(first.id)
  // What is in there already is in there: a late retry gets its answer.
  expect(await (await post(gateway, alice, envelope)).json()).toEqual(first)
  await gateway.client.freeInbox(alice, page.messages[0]?.seq ?? 0)
  expect((await post(gateway, alice, newEnvelope())).status).toBe(201)
  await jetstream.nc.close()
}, 120_000)

test('an inbox stream without room is not blamed on the recipient', async () => {
  const small = await startRig()
  try {
    const at = await small.startGateway({ KEZ_INBOX_STREAM_BYTES: String(1024 * 1024) })
    const alice = await newPerson(at)
    for (let i = 0; i < 4; i++) expect((await post(at, alice, newEnvelope(200_000))).status).toBe(201)
    let refused: Response
    do refused = await post(at, alice, newEnvelope(200_000))
    while (refused.status === 201)
    const { detail } = await expectProblem(refused, 'mailbox_full')
    expect(detail).toBe('the store of this server is full')
    expect((await at.client.readInbox(alice)).mailbox.full).toBe(false)
  } finally {
    await small.stop()
  }
})

test('people are spread over the inbox streams, and each finds the own messages', async () => {
  const people = await Promise.all(Array.from({ length: 12 }, () => newPerson(gateway)))
  expect(new Set(people.map(({ hex }) => inboxStreamOf(hex, 2))).size).toBe(2)
  for (const person of people) {
    const { id } = await gateway.client.postMessage({ to: person.handle, envelope: newEnvelope() })
    expect((await read(other, person)).map((message) => message.id)).toEqual([id])
  }
})

test('while NATS is away a post is answered with 503 in time, and its retry is not a second message', async () => {
  const alice = await newPerson(gateway)
  const envelope = newEnvelope()
  await rig.nats.kill('SIGKILL')
  const response = await post(gateway, alice, envelope)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  await expectProblem(response, 'unavailable')
  await rig.nats.restart()
  // Each replica comes back in its own time.
  for (const replica of [gateway, other])
    await expect
      .poll(async () => (await post(replica, alice, envelope)).status, { timeout: 30_000, interval: 500 })
      .toBe(201)
  expect(await read(gateway, alice)).toHaveLength(1)
}, 90_000)
