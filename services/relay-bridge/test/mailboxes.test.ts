import { inboxSubject } from '@kez-chat/contracts'
import { removeThrough } from '@kez-chat/eventlog/messages'
import { type RelayCounterpart, startRelayCounterpart } from '@kez-chat/testkit'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { metricOf, newMessage, type Person, type Rig, startRig } from './rig.ts'

let relay: RelayCounterpart
let rig: Rig
beforeAll(async () => {
  relay = await startRelayCounterpart()
  rig = await startRig()
})
afterEach(() => rig.stopBridges())
afterAll(async () => {
  await rig.stop()
  await relay.stop()
})

const send = async (to: Person, text = 'hallo'): Promise<void> =>
  relay.publish((await newMessage(to, { text })).event as Parameters<RelayCounterpart['publish']>[0])

const rejected = (app: Parameters<typeof metricOf>[0], reason: string) =>
  metricOf(app, `kez_relay_bridge_events_rejected_total{relay="${relay.url}",reason="${reason}"}`)

it('a mailbox takes by relays only as many messages an hour as by HTTP, and others take theirs', async () => {
  const [alice, bob] = [await rig.newPerson(), await rig.newPerson()]
  const bridge = rig.bridge([relay.url], { KEZ_MAILBOX_HOURLY_MESSAGES: '3' })
  await bridge.start()
  for (let i = 0; i < 5; i++) await send(alice)
  await expect.poll(() => rejected(bridge, 'over_budget')).toBe(2)
  await send(bob)
  await expect.poll(() => rig.inboxOf(bob)).toHaveLength(1)
  expect(await rig.inboxOf(alice)).toHaveLength(3)
  await bridge.stop()
})

it('what was stored within the look-back is not stored again, although it was freed', async () => {
  const alice = await rig.newPerson()
  await send(alice)
  const first = rig.bridge([relay.url])
  await first.start()
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  await first.stop()
  await removeThrough(rig.gateway, 'INBOX_0', inboxSubject.stored(alice.hex), Number.MAX_SAFE_INTEGER - 1)
  const second = rig.bridge([relay.url])
  await second.start()
  await send(alice)
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  await expect
    .poll(() => metricOf(second, `kez_relay_bridge_events_duplicate_total{relay="${relay.url}"}`))
    .toBeGreaterThanOrEqual(1)
  expect(await rig.inboxOf(alice)).toHaveLength(1)
  await second.stop()
})

it('what a full mailbox refused comes in by itself once its owner has freed it', async () => {
  const alice = await rig.newPerson()
  const reread = { first: 1_500, most: 1_500, factor: 1 }
  const bridge = rig.bridge([relay.url], { KEZ_MAILBOX_BYTES: String(1 << 20) }, { times: { reread } })
  await bridge.start()
  for (let i = 0; i < 24; i++) await send(alice, `${i}`.padEnd(45_000, 'x'))
  await expect.poll(() => rejected(bridge, 'full')).toBeGreaterThanOrEqual(1)
  const kept = (await rig.inboxOf(alice)).map(({ id }) => id)
  expect(kept.length).toBeLessThan(24)
  await removeThrough(rig.gateway, 'INBOX_0', inboxSubject.stored(alice.hex), Number.MAX_SAFE_INTEGER - 1)
  await expect.poll(() => rig.inboxOf(alice), { timeout: 45_000 }).toHaveLength(24 - kept.length)
  const later = (await rig.inboxOf(alice)).map(({ id }) => id)
  expect(new Set([...kept, ...later]).size).toBe(24)
  await bridge.stop()
}, 90_000)

it('a mailbox that is full in bytes takes nothing more by relays, until its owner frees it', async () => {
  const alice = await rig.newPerson()
  const bridge = rig.bridge([relay.url], { KEZ_MAILBOX_BYTES: String(1 << 20) })
  await bridge.start()
  for (let i = 0; i < 18; i++) await send(alice, 'x'.repeat(45_000))
  await expect.poll(() => rejected(bridge, 'full')).toBeGreaterThanOrEqual(1)
  const kept = await rig.inboxOf(alice)
  expect(kept.length).toBeGreaterThanOrEqual(15)
  expect(kept.length).toBeLessThan(18)
  await removeThrough(rig.gateway, 'INBOX_0', inboxSubject.stored(alice.hex), Number.MAX_SAFE_INTEGER - 1)
  // A full mailbox is looked at again after 5 s.
  await new Promise((resolve) => setTimeout(resolve, 5_500))
  await send(alice)
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  await bridge.stop()
})
