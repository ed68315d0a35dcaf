import type { ServiceProcess } from '@kez-chat/testkit'
import type { Relay } from 'nostr-tools/relay'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HomeRelayRig, messageFor, ownEvent, plain, query, startHomeRelayRig } from './home-relay-rig.ts'
import { openRaw } from './raw-client.ts'

let rig: HomeRelayRig
let second: ServiceProcess
beforeAll(async () => {
  rig = await startHomeRelayRig()
  second = await rig.stack.addReplica('relay-bridge')
})
afterAll(async () => rig?.stop())

/** Clients at both replicas: which one takes a session is NATS' choice, so as many as make one side only a wonder. */
const clientsAtBoth = async <T>(open: () => Promise<T>): Promise<T[]> => {
  const all: T[] = []
  for (let i = 0; i < 16; i++) all.push(await open())
  const [here, there] = await sessions()
  expect(here).toBeGreaterThan(0)
  expect(there).toBeGreaterThan(0)
  return all
}

const sessionsIn = (metrics: string): number => Number(/kez_home_relay_sessions (\d+)/.exec(metrics)?.[1])
const sessions = async (): Promise<[number, number]> => {
  const here = sessionsIn(await rig.metrics('relay-bridge'))
  const all = Number(/kez_gateway_relay_sessions (\d+)/.exec(await rig.metrics('gateway'))?.[1])
  return [here, all - here]
}

test('what one replica takes reaches listeners at every replica, each once', async () => {
  const alice = await rig.newPerson()
  const got: string[][] = []
  const readers = await clientsAtBoth(async () => {
    const relay = await rig.connectAs(alice)
    const mine: string[] = []
    got.push(mine)
    await new Promise<void>((resolve) => {
      relay.subscribe([{ kinds: [4242] }], { onevent: ({ id }) => mine.push(id), oneose: resolve })
    })
    return relay
  })
  const events = [messageFor(alice), messageFor(alice), messageFor(alice)]
  for (const event of events) await readers[0]?.publish(plain(event))
  const ids = events.map(({ id }) => id)
  for (const mine of got) await expect.poll(() => mine).toEqual(ids)
  for (const relay of readers) relay.close()
})

test('a replica that dies takes its sessions with it within seconds, and nothing that was taken is lost', async () => {
  const alice = await rig.newPerson()
  const idle = await clientsAtBoth(() => openRaw(rig.url))
  const sender: { relay: Relay | undefined } = { relay: undefined }
  const taken: string[] = []
  let failures = 0
  let stop = false
  const sending = (async () => {
    while (!stop) {
      const event = plain(messageFor(alice))
      try {
        if (!sender.relay?.connected) sender.relay = await rig.connect()
        sender.relay.publishTimeout = 2_000
        await sender.relay.publish(event)
        taken.push(event.id)
      } catch {
        failures += 1
        sender.relay?.close()
        sender.relay = undefined
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  })()
  await expect.poll(() => taken.length).toBeGreaterThan(20)
  await second.stop('SIGKILL')
  const killed = Date.now()
  const atDeath = taken.length

  // All of the dead one's sessions end, the living one's go on.
  const [here] = await sessions()
  await expect.poll(async () => (await sessions())[1], { timeout: 30_000 }).toBeLessThan(1)
  expect(Date.now() - killed).toBeLessThan(25_000)
  const ended = idle.filter(({ socket }) => socket.readyState !== socket.OPEN)
  expect(ended.length).toBeGreaterThan(0)
  expect(idle.length - ended.length).toBeLessThanOrEqual(here)
  await expect.poll(() => taken.length).toBeGreaterThan(atDeath + 20)
  stop = true
  await sending
  expect(failures).toBeLessThan(100)

  const reader = await rig.connectAs(alice)
  const kept = new Set(await query(reader, { kinds: [4242], limit: 500 }))
  for (const id of taken.slice(-400)) expect(kept.has(id)).toBe(true)
  for (const raw of idle) raw.close()
  await second.start()
})

test('a restart of everything keeps what was taken', async () => {
  const alice = await rig.newPerson()
  const before = await rig.connect()
  const profile = ownEvent(alice, 10002, '', [['r', rig.url]])
  const message = messageFor(alice)
  for (const event of [profile, message]) await before.publish(plain(event))
  const { services, nats } = rig.stack
  await second.stop()
  await services['relay-bridge'].stop()
  await services.gateway.stop()
  await nats.restart()
  await Promise.all([services['relay-bridge'].start(), services.gateway.start(), second.start()])
  const own = await rig.connectAs(alice)
  expect(await query(own, { kinds: [4242] })).toEqual([message.id])
  expect(await query(own, { kinds: [10002], authors: [alice.transport.publicKey] })).toEqual([profile.id])
  expect(await own.publish(plain(message))).toMatch(/^duplicate: /)
})

test('while NATS is away clients are sent away, and served again when it is back', async () => {
  const alice = await rig.newPerson()
  const raw = await openRaw(rig.url)
  await raw.challenge()
  await rig.stack.nats.restart()
  expect([1012, 1013]).toContain((await raw.closed()).code)
  await expect
    .poll(
      async () => {
        const relay = await rig.connect()
        return relay.publish(plain(messageFor(alice))).catch(String)
      },
      { timeout: 30_000 },
    )
    .toBe('')
})

test('a relay that stops says so to its clients', async () => {
  await second.stop()
  const raw = await openRaw(rig.url)
  await raw.challenge()
  await rig.stack.services['relay-bridge'].stop()
  expect(await raw.closed()).toMatchObject({ code: 1012 })
  await expect(openRaw(rig.url)).rejects.toThrow('503')
  await rig.stack.services['relay-bridge'].start()
})
