import { readFile, writeFile } from 'node:fs/promises'
import { commandSubject, endpointFingerprint, maxSubscriptions, PushSubscriptions } from '@kez-chat/contracts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { rotateVapidKeys } from '../src/vapid/key-file.ts'
import { newInbox, type Rig, startRig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await rig.startPush()
})
afterAll(async () => rig?.stop())

const Key = z.object({ key: z.string() })
const vapidKey = async (): Promise<string> => (await rig.ask(commandSubject.pushVapidKey, {}, Key)).key
const fingerprints = async (inbox: ReturnType<typeof newInbox>): Promise<string[]> =>
  (await rig.list(inbox)).subscriptions.map(({ fingerprint }) => fingerprint)

it('tells the VAPID key of its file, and never the private one', async () => {
  const { publicKey } = JSON.parse(await readFile(rig.env.KEZ_VAPID_KEYS_FILE, 'utf8'))
  expect(await rig.ask(commandSubject.pushVapidKey, {}, z.unknown())).toEqual({ key: publicKey })
})

it('a new device never drops the others, and a known one is taken as new', async () => {
  const inbox = newInbox()
  const [phone, laptop] = [rig.service.subscribe(), rig.service.subscribe()]
  await rig.subscribe(inbox, { endpoint: phone, label: 'Phone' })
  await rig.subscribe(inbox, { endpoint: laptop, label: 'Laptop' })
  await rig.subscribe(inbox, { endpoint: phone, label: 'My phone' })
  const { vapid_key, subscriptions } = await rig.list(inbox)
  expect(vapid_key).toBe(await vapidKey())
  expect(subscriptions).toMatchObject([
    { fingerprint: endpointFingerprint(phone), label: 'My phone', push_service: 'push.test', failure: null },
    { fingerprint: endpointFingerprint(laptop), label: 'Laptop', last_success: null },
  ])
  expect(JSON.stringify(subscriptions)).not.toContain('/wpush/')
  await rig.ask(commandSubject.pushUnsubscribe, { inbox, endpoint: phone }, z.unknown())
  expect(await fingerprints(inbox)).toEqual([endpointFingerprint(laptop)])
})

it('a device that its owner removed is remembered as such until it subscribes again', async () => {
  const inbox = newInbox()
  const [phone, laptop] = [await rig.subscribe(inbox), await rig.subscribe(inbox)]
  const forget = (fingerprint: string) => rig.ask(commandSubject.pushForget, { inbox, fingerprint }, z.unknown())
  await forget(endpointFingerprint(phone))
  await forget(endpointFingerprint(rig.service.subscribe()))
  expect(await fingerprints(inbox)).toEqual([endpointFingerprint(laptop)])
  expect((await rig.list(inbox)).removed).toEqual([endpointFingerprint(phone)])
  expect((await rig.list(newInbox())).removed).toEqual([])
  await rig.subscribe(inbox, { endpoint: phone })
  expect(await fingerprints(inbox)).toEqual([phone, laptop].map(endpointFingerprint).reverse())
  expect((await rig.list(inbox)).removed).toEqual([])
})

it('of more than 20 devices the one that has failed longest gives way, also when they come at once', async () => {
  const inbox = newInbox()
  const endpoints = Array.from({ length: maxSubscriptions }, () => rig.service.subscribe())
  await Promise.all(endpoints.map((endpoint) => rig.subscribe(inbox, { endpoint })))
  const failing = async (endpoint: string | undefined, since: string) =>
    rig.sql('update subscriptions set failing_since = $2 where fingerprint = $1', [
      endpointFingerprint(endpoint ?? ''),
      since,
    ])
  await failing(endpoints[3], '2026-01-02T00:00:00Z')
  await failing(endpoints[7], '2026-01-01T00:00:00Z')
  await rig.subscribe(inbox)
  expect(await fingerprints(inbox)).not.toContain(endpointFingerprint(endpoints[7] ?? ''))
  expect(await fingerprints(inbox)).toContain(endpointFingerprint(endpoints[3] ?? ''))
  await Promise.all(Array.from({ length: 10 }, () => rig.subscribe(inbox)))
  expect(await fingerprints(inbox)).toHaveLength(maxSubscriptions)
  expect(await fingerprints(inbox)).not.toContain(endpointFingerprint(endpoints[3] ?? ''))
})

it.each([
  ['https://evil.example/x', /evil\.example is not a push service/],
  ['https://127.0.0.1/x', /127\.0\.0\.1 is not a push service/],
  ['http://push.test/x', /https URL/],
  ['https://user:secret@push.test/x', /https URL/],
  [`https://push.test/${'x'.repeat(3_000)}`, /endpoint/],
])('nothing is ever sent to %s', async (endpoint, message) => {
  await expect(rig.subscribe(newInbox(), { endpoint: endpoint.slice(0, 3_000) })).rejects.toThrow(message)
})

it('a key that is not ours is refused, since its pushes would be', async () => {
  const stranger = `B${'A'.repeat(86)}`
  await expect(rig.subscribe(newInbox(), { vapid_key: stranger })).rejects.toMatchObject({ code: 'key_mismatch' })
})

it("a browser that moves its subscription is followed, in everybody's list, by right of knowing the old one", async () => {
  const [alice, bob] = [newInbox(), newInbox()]
  const [before, after] = [rig.service.subscribe(), rig.service.subscribe()]
  for (const inbox of [alice, bob]) await rig.subscribe(inbox, { endpoint: before, label: 'Tablet' })
  const replace = (old_endpoint: string) =>
    rig.ask(commandSubject.pushReplace, { old_endpoint, endpoint: after }, z.unknown())
  await replace(before)
  for (const inbox of [alice, bob])
    expect((await rig.list(inbox)).subscriptions).toMatchObject([
      { fingerprint: endpointFingerprint(after), label: 'Tablet' },
    ])
  await expect(replace(rig.service.subscribe())).rejects.toMatchObject({ code: 'not_found' })
})

it('after a rotation the old key serves the subscriptions that were made with it, until each has moved', async () => {
  const own = await startRig()
  try {
    const inbox = newInbox()
    const first = await own.startPush()
    const { key: oldKey } = await own.ask(commandSubject.pushVapidKey, {}, Key)
    const phone = await own.subscribe(inbox)
    await own.subscribe(newInbox())
    await first.stop()
    const { publicKey } = await rotateVapidKeys(own.env.KEZ_VAPID_KEYS_FILE, new Set([oldKey]))
    await own.startPush()

    await own.arrives(inbox)
    await expect.poll(() => own.service.pushesTo(phone).length).toBe(1)
    const { vapid_key, subscriptions } = await own.list(inbox)
    expect([vapid_key, subscriptions[0]?.vapid_key]).toEqual([publicKey, oldKey])
    expect((await own.test(inbox, phone)).steps).toMatchObject([
      { outcome: 'passed' },
      { step: 'key_matches', outcome: 'failed', reason: 'key_mismatch' },
      { outcome: 'skipped' },
      { outcome: 'skipped' },
    ])

    const moved = await own.subscribe(inbox)
    expect((await own.test(inbox, moved)).steps.slice(0, 3).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 3 }, () => 'passed'),
    )
    expect(own.service.refusals).toEqual([])
  } finally {
    await own.stop()
  }
})

it('a push that never goes through is given up after a time, and its device kept', async () => {
  const own = await startRig()
  try {
    await own.startPush({ deliveries: { pause: () => 400, keepTrying: 1_500 } })
    const inbox = newInbox()
    const phone = await own.subscribe(inbox)
    own.service.fault({ status: 500 })
    await own.arrives(inbox)
    await expect.poll(() => own.service.attempts.get(phone) ?? 0).toBeGreaterThan(1)
    await expect.poll(() => own.sql('select 1 from deliveries')).toEqual([])
    expect((await own.list(inbox)).subscriptions).toMatchObject([{ failure: 'service_error', failure_status: 500 }])
  } finally {
    await own.stop()
  }
})

it('keys that cannot be used keep it from starting, and are not replaced', async () => {
  const file = `${rig.env.KEZ_VAPID_KEYS_FILE}.broken`
  await writeFile(file, '{')
  await expect(rig.startPush({ env: { KEZ_VAPID_KEYS_FILE: file } })).rejects.toThrow(/not usable/)
  expect(await readFile(file, 'utf8')).toBe('{')
})

it('answers its gateway in the form that is documented', async () => {
  const inbox = newInbox()
  expect(PushSubscriptions.parse(await rig.list(inbox)).subscriptions).toEqual([])
})
