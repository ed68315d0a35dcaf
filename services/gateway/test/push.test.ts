import {
  bucketName,
  consumerName,
  endpointFingerprint,
  InboxRead,
  inboxReadKey,
  inboxSubject,
  PushDoctorReport,
} from '@kez-chat/contracts'
import { type JetStream, openJetStream } from '@kez-chat/eventlog'
import { ensureReader, readFromLeader } from '@kez-chat/eventlog/messages'
import { type App, connectNats, createLog, type NatsConnection, startInternalServer } from '@kez-chat/runtime'
import { type PushService, startPushService } from '@kez-chat/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import { newEnvelope, newPerson, type Person, type Rig, startRig, type TestGateway } from './rig.ts'

const log = createLog('test', 'silent')
let rig: Rig
let gateway: TestGateway
let service: PushService
let push: App
const connections: NatsConnection[] = []

const connectAs = async (name: 'push' | 'gateway'): Promise<JetStream> => {
  const nc = await connectNats({ name, url: rig.nats.url, seed: rig.nats.seeds[name] }, log)
  connections.push(nc)
  return openJetStream(nc)
}

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
  service = await startPushService()
  push = await rig.startPush({ KEZ_PUSH_HOSTS: 'push.test', KEZ_PUSH_COUNTERPARTS: service.counterparts })
})
afterAll(async () => {
  for (const nc of connections) await nc.close()
  await push?.stop()
  await service?.stop()
  await rig?.stop()
})

const subscribed = async (): Promise<Person & { endpoint: string }> => {
  const person = await newPerson(gateway)
  const endpoint = service.subscribe(await gateway.client.vapidPublicKey())
  await gateway.client.subscribePush(person, { endpoint, keys: { p256dh: 'x', auth: 'y' }, expirationTime: null })
  return { ...person, endpoint }
}

const post = (path: string, body: unknown) =>
  fetch(`${gateway.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test('a posted message wakes the device that was subscribed, and the owner sees that it went well', async () => {
  const alice = await subscribed()
  await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope(), wake: false })
  await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
  await expect.poll(() => service.pushesTo(alice.endpoint).length).toBe(1)
  const own = { fingerprint: endpointFingerprint(alice.endpoint), push_service: 'push.test', failure: null }
  await expect
    .poll(async () => (await gateway.client.pushSubscriptions(alice)).subscriptions)
    .toMatchObject([{ ...own, last_success: expect.stringMatching(/Z$/) }])
  await gateway.client.unsubscribePush(alice, alice.endpoint)
  expect((await gateway.client.pushSubscriptions(alice)).subscriptions).toEqual([])
})

test("nobody reads somebody else's subscriptions", async () => {
  const [alice, bob] = [await subscribed(), await subscribed()]
  await expect(gateway.client.pushSubscriptions({ ...alice, signer: bob.signer })).rejects.toMatchObject({
    code: 'invalid_signature',
  })
  expect((await gateway.client.pushSubscriptions(bob)).subscriptions).toHaveLength(1)
})

test('a device is removed from another one by its fingerprint, and told apart from one that was lost', async () => {
  const alice = await subscribed()
  const phone = service.subscribe(await gateway.client.vapidPublicKey())
  await gateway.client.subscribePush(alice, { endpoint: phone })
  await gateway.client.forgetPushDevice(alice, endpointFingerprint(phone))
  expect(await gateway.client.pushSubscriptions(alice)).toMatchObject({
    subscriptions: [{ fingerprint: endpointFingerprint(alice.endpoint) }],
    removed: [endpointFingerprint(phone)],
  })
  await expect(gateway.client.forgetPushDevice(alice, 'x')).rejects.toMatchObject({ code: 'malformed' })
})

test('an endpoint that is no push service, or no endpoint, is refused with a code', async () => {
  const alice = await newPerson(gateway)
  for (const endpoint of ['https://evil.example/x', 'http://push.test/x', 'x'])
    await expect(gateway.client.subscribePush(alice, { endpoint })).rejects.toMatchObject({ code: 'invalid' })
  const key = `B${'A'.repeat(86)}`
  await expect(
    gateway.client.subscribePush(alice, { endpoint: service.subscribe(), vapid_key: key }),
  ).rejects.toMatchObject({ code: 'key_mismatch' })
})

test('a test push is confirmed by the receipt of the worker, and cannot be asked for again and again', async () => {
  const alice = await subscribed()
  const testing = gateway.client.testPush(alice, alice.endpoint)
  await expect.poll(() => service.pushesTo(alice.endpoint).length).toBe(1)
  expect((await post('/v1/push/receipt', { endpoint: alice.endpoint })).status).toBe(204)
  expect((await testing).ok).toBe(true)

  const bob = await newPerson(gateway)
  const unknown = () => gateway.client.testPush(bob, service.subscribe())
  for (let i = 0; i < 5; i++) expect((await unknown()).steps[0]?.reason).toBe('unknown_subscription')
  await expect(unknown()).rejects.toMatchObject({ code: 'rate_limited' })
})

test('a receipt does not tell whether an endpoint is known', async () => {
  expect((await post('/v1/push/receipt', { endpoint: service.subscribe() })).status).toBe(204)
  await expectProblem(await post('/v1/push/receipt', { endpoint: 'x' }), 'malformed')
})

test('a worker moves its subscription by showing the old endpoint', async () => {
  const alice = await subscribed()
  const endpoint = service.subscribe()
  await expectProblem(await post('/v1/push/replace', { old_endpoint: service.subscribe(), endpoint }), 'not_found')
  const response = await post('/v1/push/replace', { old_endpoint: alice.endpoint, endpoint })
  expect([response.status, await response.text()]).toEqual([204, ''])
  expect((await gateway.client.pushSubscriptions(alice)).subscriptions).toMatchObject([
    { fingerprint: endpointFingerprint(endpoint) },
  ])
})

describe('what a client has read is noted, so that it may be woken again', () => {
  const noted = async (reader: JetStream, key: string): Promise<number> => {
    const query = { last_by_subj: `$KV.${bucketName.inboxReads}.${key}` }
    const stored = await readFromLeader(reader, `KV_${bucketName.inboxReads}`, query)
    return stored ? InboxRead.parse(JSON.parse(new TextDecoder().decode(stored.data))).through : 0
  }

  test('by a page of the inbox, and by freeing it', async () => {
    const reader = await connectAs('push')
    const alice = await newPerson(gateway)
    const { seq } = await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
    const second = await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
    await gateway.client.readInbox(alice, { limit: 1 })
    await expect.poll(() => noted(reader, inboxReadKey.asked(alice.hex))).toBe(seq)
    await gateway.client.freeInbox(alice, second.seq)
    await expect.poll(() => noted(reader, inboxReadKey.asked(alice.hex))).toBe(second.seq)
  })

  test('by a stream: as asked for what it came back for, as live for what it was given while open', async () => {
    const reader = await connectAs('push')
    const alice = await newPerson(gateway)
    const { seq } = await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
    const seen: number[] = []
    const feed = gateway.client.openInbox({ ...alice, since: 0, onMessage: (message) => void seen.push(message.seq) })
    await expect.poll(() => seen).toEqual([seq])
    const second = await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
    await expect.poll(() => noted(reader, inboxReadKey.live(alice.hex))).toBe(second.seq)
    expect(await noted(reader, inboxReadKey.asked(alice.hex))).toBe(seq)
    await feed.close()
  })

  test("by what a person's own consumer acknowledges", async () => {
    const reader = await connectAs('push')
    const alice = await newPerson(gateway)
    const { seq } = await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
    const jetstream = await connectAs('gateway')
    const [stream, name] = ['INBOX_0', consumerName(alice.hex, 0)]
    await ensureReader(jetstream, { stream, name, subject: inboxSubject.stored(alice.hex), after: 0 })
    const message = await (await jetstream.js.consumers.get(stream, name)).next()
    expect(await noted(reader, inboxReadKey.live(alice.hex))).toBe(0)
    message?.ack()
    await expect.poll(() => noted(reader, inboxReadKey.live(alice.hex))).toBe(seq)
  })
})

test('operators ask the internal listener what is wrong, on the whole or for one handle', async () => {
  const alice = await subscribed()
  const internal = await startInternalServer([gateway.app], { host: '127.0.0.1', port: 0 })
  const ask = (body: string) =>
    fetch(`http://127.0.0.1:${internal.port}/internal/push/doctor`, { method: 'POST', body })
  try {
    const { findings } = PushDoctorReport.parse(await (await ask(JSON.stringify({ handle: alice.handle }))).json())
    expect(findings).toContainEqual(expect.objectContaining({ level: 'problem', about: 'contact' }))
    expect(findings).toContainEqual(expect.objectContaining({ level: 'ok', about: expect.stringMatching(/^device /) }))
    expect((await ask('')).status).toBe(200)
    await expectProblem(await ask('{"handle":"nobody-here"}'), 'not_found')
    await expectProblem(await ask('{"handle":7}'), 'malformed')
  } finally {
    await internal.stop()
  }
})

test('while the push service is down, push routes say so and messages are accepted all the same', async () => {
  const alice = await subscribed()
  await push.stop()
  try {
    await expect(gateway.client.pushSubscriptions(alice)).rejects.toMatchObject({ code: 'unavailable' })
    await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
  } finally {
    push = await rig.startPush({ KEZ_PUSH_HOSTS: 'push.test', KEZ_PUSH_COUNTERPARTS: service.counterparts })
  }
  await expect.poll(() => service.pushesTo(alice.endpoint).length).toBe(1)
})
