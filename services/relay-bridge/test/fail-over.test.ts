import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { bucketName, RelayCursor, RelayLease, relayCursorsBucket, relayLeasesBucket } from '@kez-chat/contracts'
import { ensureBucket, type JetStream, openJetStream } from '@kez-chat/eventlog'
import { readFromLeader } from '@kez-chat/eventlog/messages'
import { connectNats, createLog } from '@kez-chat/runtime'
import { type RelayCounterpart, startRelayCounterpart } from '@kez-chat/testkit'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { lookBack, openCursor } from '../src/leases/cursor.ts'
import { takeLease } from '../src/leases/lease.ts'
import { relayKeyOf } from '../src/leases/relay-key.ts'
import { metricOf, newMessage, type Rig, startRig } from './rig.ts'
import { type ScriptedRelay, startScriptedRelay } from './scripted-relay.ts'

let rig: Rig
let jetstream: JetStream
let relay: RelayCounterpart
const children = new Set<ChildProcess>()
const seconds = (): number => Math.floor(Date.now() / 1_000)
const patient = { timeout: 30_000 }

beforeAll(async () => {
  rig = await startRig()
  const seed = rig.nats.seeds['relay-bridge']
  const nc = await connectNats({ name: 'relay-bridge', url: rig.nats.url, seed }, createLog('test', 'silent'))
  jetstream = await openJetStream(nc)
  for (const spec of [relayLeasesBucket, relayCursorsBucket])
    await ensureBucket(jetstream.jsm, spec({ replicas: 1, inboxStreams: 1 }))
  relay = await startRelayCounterpart()
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})
afterAll(async () => {
  await jetstream.nc.close()
  await rig.stop()
  await relay.stop()
})

const read = async (bucket: string, url: string): Promise<unknown> => {
  const found = await readFromLeader(jetstream, `KV_${bucket}`, { last_by_subj: `$KV.${bucket}.${relayKeyOf(url)}` })
  return found && JSON.parse(new TextDecoder().decode(found.data))
}
const cursorOf = async (url: string) => RelayCursor.optional().parse(await read(bucketName.relayCursors, url))
const leaseOf = async (url: string) => RelayLease.optional().parse(await read(bucketName.relayLeases, url))

const bridgeProcess = (url: string): ChildProcess => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'src', 'main.ts')], {
    env: {
      PATH: process.env.PATH,
      NATS_URL: rig.nats.url,
      KEZ_RELAY_BRIDGE_NATS_SEED_FILE: rig.nats.seedFiles['relay-bridge'],
      KEZ_RELAY_KEY_FILE: join(rig.nats.dir, 'relay-bridge.key'),
      KEZ_RELAYS: url,
      KEZ_INTERNAL_BIND: '127.0.0.1:0',
      KEZ_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  children.add(child)
  return child
}

const connectedTo = (app: Parameters<typeof metricOf>[0], url: string) =>
  metricOf(app, `kez_relay_bridge_relay_state{relay="${url}",state="connected"}`)

it('of two bridges one listens on a relay, and when it is killed the other does so within 10 s', async () => {
  const scripted: ScriptedRelay = await startScriptedRelay()
  const first = bridgeProcess(scripted.url)
  await expect.poll(() => scripted.connections(), patient).toBe(1)
  const second = rig.bridge([scripted.url])
  await second.start()
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect(scripted.connected()).toBe(1)
  first.kill('SIGKILL')
  const killedAt = performance.now()
  await expect.poll(() => connectedTo(second, scripted.url), { ...patient, interval: 50 }).toBe(1)
  expect(performance.now() - killedAt).toBeLessThan(10_000)
  expect(scripted.connected()).toBe(2)
  await second.stop()
  await scripted.stop()
}, 90_000)

it('a bridge that stops hands its relays over at once, and what came between is not lost', async () => {
  const alice = await rig.newPerson()
  const [first, second] = [rig.bridge([relay.url]), rig.bridge([relay.url])]
  await first.start()
  await expect.poll(() => connectedTo(first, relay.url)).toBe(1)
  await second.start()
  await first.stop()
  await relay.publish((await newMessage(alice)).event as Parameters<RelayCounterpart['publish']>[0])
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  await second.stop()
  expect((await leaseOf(relay.url))?.expires_at).toBe(0)
}, 60_000)

it('a bridge that was frozen and wakes up cannot move a cursor, and stores nothing twice', async () => {
  const alice = await rig.newPerson()
  const first = bridgeProcess(relay.url)
  await expect.poll(() => leaseOf(relay.url).then((lease) => lease?.expires_at), patient).toBeGreaterThan(0)
  // Another test may have left a cursor of an earlier lease.
  await expect
    .poll(async () => (await cursorOf(relay.url))?.epoch === (await leaseOf(relay.url))?.epoch, patient)
    .toBe(true)
  const epoch = (await cursorOf(relay.url))?.epoch ?? 0
  first.kill('SIGSTOP')
  const second = rig.bridge([relay.url])
  await second.start()
  await expect.poll(() => connectedTo(second, relay.url), patient).toBe(1)
  expect((await cursorOf(relay.url))?.epoch).toBe(epoch + 1)
  const { event } = await newMessage(alice)
  await relay.publish(event as Parameters<RelayCounterpart['publish']>[0])
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  const behind = seconds()
  first.kill('SIGCONT')
  await new Promise((resolve) => setTimeout(resolve, 7_000))
  expect(await cursorOf(relay.url)).toMatchObject({ epoch: epoch + 1 })
  expect((await leaseOf(relay.url))?.epoch).toBe(epoch + 1)
  expect((await cursorOf(relay.url))?.since).toBeLessThanOrEqual(behind - lookBack)
  expect(await rig.inboxOf(alice)).toHaveLength(1)
  await second.stop()
}, 90_000)

it('two who hold the same lease after each other: the earlier one is refused, whatever it wants to write', async () => {
  const url = 'ws://127.0.0.1:9/fencing'
  const times = { length: 300, renewEvery: 1_000_000, lookEvery: 50 }
  const forever = new AbortController().signal
  const first = await takeLease({ jetstream, url, owner: 'first', times }, forever)
  const firstCursor = await openCursor({ jetstream, url, epoch: first?.epoch ?? 0, now: seconds() })
  const second = await takeLease({ jetstream, url, owner: 'second', times }, forever)
  await expect.poll(() => first?.lost.aborted).toBe(true)
  expect(second?.epoch).toBe((first?.epoch ?? 0) + 1)
  const secondCursor = await openCursor({ jetstream, url, epoch: second?.epoch ?? 0, now: seconds() })
  expect(await firstCursor?.advance(seconds())).toBe(false)
  expect(await firstCursor?.advance(seconds() + 1)).toBe(false)
  expect(await openCursor({ jetstream, url, epoch: first?.epoch ?? 0, now: seconds() })).toBeUndefined()
  expect(await secondCursor?.advance(seconds())).toBe(true)
  expect(await cursorOf(url)).toMatchObject({ epoch: second?.epoch })
})

it('a relay seen for the first time is read 48 h back, and then from 48 h before the newest event', async () => {
  const scripted = await startScriptedRelay()
  const alice = await rig.newPerson()
  const bridge = rig.bridge([scripted.url])
  await bridge.start()
  await expect.poll(() => scripted.asked.length).toBeGreaterThan(0)
  const [, id, filter] = scripted.asked[0] as [string, string, { since: number }]
  expect(Math.abs(filter.since - (seconds() - lookBack))).toBeLessThan(60)
  // Till then nothing newer than an hour is known of, so there it stays.
  scripted.broadcast(['EVENT', id, (await newMessage(alice, { at: Date.now() - 3_600_000 })).event])
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect((await cursorOf(scripted.url))?.since).toBe(filter.since)
  const { event } = await newMessage(alice)
  scripted.broadcast(['EVENT', id, event])
  await expect.poll(async () => (await cursorOf(scripted.url))?.since).toBe(event.created_at - lookBack)
  scripted.drop()
  await expect.poll(() => scripted.connected()).toBe(2)
  await bridge.stop()
  await scripted.stop()
})

it('a relay that never says it has handed over everything never moves its cursor', async () => {
  const scripted = await startScriptedRelay({ onMessage: () => undefined })
  const alice = await rig.newPerson()
  const bridge = rig.bridge([scripted.url])
  await bridge.start()
  await expect.poll(() => scripted.asked.length).toBeGreaterThan(0)
  const before = await cursorOf(scripted.url)
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  scripted.broadcast(['EVENT', scripted.asked[0]?.[1], (await newMessage(alice)).event])
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await cursorOf(scripted.url)).toEqual(before)
  await bridge.stop()
  await scripted.stop()
})
