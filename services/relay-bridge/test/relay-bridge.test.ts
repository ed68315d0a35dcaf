import { inboxMessageId, inboxSubject } from '@kez-chat/contracts'
import { storeMessage } from '@kez-chat/eventlog/messages'
import { createAuthorKey, outerId } from '@kez-chat/messaging'
import { createAckEvent } from '@kez-chat/messaging/nostr'
import { type RelayCounterpart, startRelayCounterpart } from '@kez-chat/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metricOf, newMessage, type Rig, startRig } from './rig.ts'

let rig: Rig
let relays: RelayCounterpart[]
beforeAll(async () => {
  rig = await startRig()
  relays = await Promise.all([startRelayCounterpart(), startRelayCounterpart(), startRelayCounterpart()])
})
afterAll(async () => {
  await rig.stop()
  for (const relay of relays) await relay.stop()
})

const publish = async (at: readonly RelayCounterpart[], event: unknown): Promise<void> => {
  for (const relay of at) await relay.publish(event as Parameters<RelayCounterpart['publish']>[0])
}

describe.each([
  ['asking for each person', '2000'],
  ['listening to all chat events', '0'],
])('a bridge %s', (_, feedFrom) => {
  it('puts what is on relays into inboxes, once, whichever relays have it', async () => {
    const alice = await rig.newPerson()
    const before = await newMessage(alice)
    await publish(relays, before.event)
    const bridge = rig.bridge(
      relays.map(({ url }) => url),
      { KEZ_RELAY_FEED_FROM: feedFrom },
    )
    await bridge.start()
    await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
    const after = await newMessage(alice, { wake: false })
    await publish(relays, after.event)
    await expect.poll(() => rig.inboxOf(alice)).toHaveLength(2)
    const [first, second] = await rig.inboxOf(alice)
    expect(first).toMatchObject({ id: outerId(before.envelope), wake: true, event: before.event })
    expect(second).toMatchObject({ id: outerId(after.envelope), wake: false, event: after.event })
    expect(relays.map(({ url }) => url)).toContain(second?.via)
    await bridge.stop()
  })

  it('covers who registers while it runs, and nobody who is gone', async () => {
    const url = relays[0]?.url ?? ''
    const bridge = rig.bridge([url], { KEZ_RELAY_FEED_FROM: feedFrom })
    await bridge.start()
    await expect.poll(() => metricOf(bridge, `kez_relay_bridge_relay_state{relay="${url}",state="connected"}`)).toBe(1)
    const carol = await rig.newPerson()
    const registeredAt = Date.now()
    await publish(relays.slice(0, 1), (await newMessage(carol)).event)
    await expect.poll(() => rig.inboxOf(carol), { interval: 20 }).toHaveLength(1)
    // A second is the promise; the machine of a test may be slower.
    expect(Date.now() - registeredAt).toBeLessThan(5_000)

    await rig.list({ ...carol, entry: { ...carol.entry, status: 'revoked' } })
    const dave = await rig.newPerson()
    await publish(relays.slice(0, 1), (await newMessage(carol)).event)
    await publish(relays.slice(0, 1), (await newMessage(dave)).event)
    await expect.poll(() => rig.inboxOf(dave)).toHaveLength(1)
    expect(await rig.inboxOf(carol)).toHaveLength(1)
    await bridge.stop()
  })
})

it('stores a message that came by the home route and by relays once', async () => {
  const alice = await rig.newPerson()
  const { event, envelope } = await newMessage(alice)
  const id = outerId(envelope)
  const record = { id, received_at: new Date().toISOString(), via: 'home', wake: true, envelope }
  await storeMessage(rig.gateway.nc, inboxSubject.stored(alice.hex), JSON.stringify(record), {
    id: inboxMessageId(alice.hex, id),
  })
  const bridge = rig.bridge(relays.map(({ url }) => url))
  await bridge.start()
  await publish(relays, event)
  const later = await newMessage(alice)
  await publish(relays, later.event)
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(2)
  expect((await rig.inboxOf(alice)).map(({ via }) => via === 'home')).toEqual([true, false])
  await bridge.stop()
})

it('brings acknowledgements under the id of their event, without waking anybody', async () => {
  const [alice, bob] = [await rig.newPerson(), await rig.newPerson()]
  const { event } = await newMessage(bob)
  const inner = { from: alice.key.primary, to: bob.key.primary }
  const opened = { inner, body: { type: 'text', text: 'hallo' } } as Parameters<typeof createAckEvent>[0]['opened']
  const ack = createAckEvent({ event, opened }, bob.key, Date.now(), createAuthorKey())
  const bridge = rig.bridge(relays.map(({ url }) => url))
  await bridge.start()
  await publish(relays, ack)
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  expect((await rig.inboxOf(alice))[0]).toMatchObject({ id: ack.id, wake: false, event: ack })
  await bridge.stop()
})

it('brings what is sent to a former key into the one inbox of its owner', async () => {
  const [before, after] = [await rig.newPerson(), await rig.newPerson()]
  const inbox = before.hex
  await rig.list({ ...before, entry: { ...before.entry, status: 'rotated', rotated_to: after.entry.primary, inbox } })
  await rig.list({ ...after, entry: { ...after.entry, inbox } })
  const bridge = rig.bridge([relays[0]?.url ?? ''])
  await bridge.start()
  await publish(relays.slice(0, 1), (await newMessage(before)).event)
  await publish(relays.slice(0, 1), (await newMessage(after)).event)
  await expect.poll(() => rig.inboxOf({ hex: inbox })).toHaveLength(2)
  expect(await rig.inboxOf(after)).toEqual([])
  await bridge.stop()
})

it('goes on across a restart of NATS, and loses nothing that came meanwhile', async () => {
  const alice = await rig.newPerson()
  const bridge = rig.bridge(relays.map(({ url }) => url))
  await bridge.start()
  await publish(relays, (await newMessage(alice)).event)
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  await rig.nats.kill('SIGKILL')
  await publish(relays, (await newMessage(alice)).event)
  await rig.nats.restart()
  await expect.poll(() => rig.inboxOf(alice).catch(() => []), { timeout: 45_000 }).toHaveLength(2)
  const bob = await rig.newPerson()
  await publish(relays.slice(1), (await newMessage(bob)).event)
  await expect.poll(() => rig.inboxOf(bob), { timeout: 30_000 }).toHaveLength(1)
  await bridge.stop()
}, 120_000)
