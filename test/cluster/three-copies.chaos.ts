import { inboxMessageId, inboxStream, inboxStreamName, inboxSubject, PrimaryHex } from '@kez-chat/contracts'
import { ensureBucket, ensureStream, type JetStream, LogUnavailable, openJetStream } from '@kez-chat/eventlog'
import {
  findStored,
  noRoom,
  readFromLeader,
  removeThrough,
  StoreRefused,
  storeMessage,
  watchBucket,
  wrongLastSequence,
} from '@kez-chat/eventlog/messages'
import { connectNats, createLog } from '@kez-chat/runtime'
import { type NatsCluster, startNatsCluster, untilHealthy } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'

// Where JetStream behaves otherwise with three copies than with one, and what we make of it.

const log = createLog('test', 'silent')
const person = PrimaryHex.parse('ab'.repeat(32))
const other = PrimaryHex.parse('cd'.repeat(32))
const [subject, stream] = [inboxSubject.stored(person), inboxStreamName(0)]

let nats: NatsCluster
let gateway: JetStream
let registry: JetStream
let ids = 0

const open = async (name: 'gateway' | 'registry', url = nats.url): Promise<JetStream> =>
  openJetStream(await connectNats({ name, url, seed: nats.seeds[name] }, log))

const newId = (whose = person): string => {
  ids += 1
  return inboxMessageId(whose, ids.toString(16).padStart(64, '0'))
}

beforeAll(async () => {
  nats = await startNatsCluster({ inboxStreams: 1 })
  gateway = await open('gateway')
  registry = await open('registry')
  const scale = { replicas: 3, inboxStreams: 1 } as const
  const spec = inboxStream(0, scale, { maxBytes: 1 << 26, duplicateWindowHours: 50 })
  await ensureStream(gateway.jsm, { ...spec, max_msgs_per_subject: 20 })
  await ensureBucket(registry.jsm, { name: 'directory', replicas: 3, history: 1, ttl: 0, maxValueSize: 65_536 })
}, 120_000)

afterAll(async () => {
  await gateway?.nc.close()
  await registry?.nc.close()
  await nats?.stop()
})

const leaderOf = async (name: string) => {
  const { cluster } = await gateway.jsm.streams.info(name)
  const node = nats.nodes.find((each) => each.name === cluster?.leader)
  if (!node) throw new Error(`${name} has no leader`)
  return node
}

it('a message that was looked for before it was there is stored afterwards', async () => {
  const id = newId()
  expect(await findStored(gateway.nc, subject, id)).toBeUndefined()
  expect(await findStored(gateway.nc, subject, id)).toBeUndefined()
  const { seq, duplicate } = await storeMessage(gateway.nc, subject, '{"n":1}', { id })
  expect(duplicate).toBe(false)
  expect(await findStored(gateway.nc, subject, id)).toEqual({ seq, duplicate: true })
})

it('the same message sent many times at once is stored once, and every sender is told where', async () => {
  const id = newId()
  const sent = await Promise.all(
    Array.from({ length: 40 }, () => storeMessage(gateway.nc, subject, '{"n":2}', { id, timeout: 10_000 })),
  )
  expect(new Set(sent.map(({ seq }) => seq)).size).toBe(1)
  expect(sent.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
})

it('a message for which there was no room is stored under the same id once there is', async () => {
  const full = inboxSubject.stored(other)
  let last = 0
  for (let n = 0; n < 20; n++) last = (await storeMessage(gateway.nc, full, `{"n":${n}}`, { id: newId(other) })).seq
  const id = newId(other)
  for (let attempt = 0; attempt < 3; attempt++)
    await expect(storeMessage(gateway.nc, full, '{"n":21}', { id })).rejects.toMatchObject({ code: noRoom })
  expect(await findStored(gateway.nc, full, id)).toBeUndefined()
  await removeThrough(gateway, stream, full, last)
  expect(await storeMessage(gateway.nc, full, '{"n":21}', { id })).toMatchObject({ duplicate: false })
})

it('of many who write over the same revision one does, and the others are told that it is another now', async () => {
  const put = () => storeMessage(registry.nc, '$KV.directory.h.contended', '{}', { expectedLastSeq: 0 })
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, put))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue
    const known =
      outcome.reason instanceof LogUnavailable ||
      (outcome.reason instanceof StoreRefused && outcome.reason.code === wrongLastSequence)
    expect(known, String(outcome.reason)).toBe(true)
  }
})

it('the leader of an inbox dies, and a message under way then is a delay and no failure', async () => {
  const leader = await leaderOf(stream)
  const survivor = nats.nodes.find((node) => node !== leader)
  const beside = await open('gateway', survivor?.url)
  await removeThrough(gateway, stream, subject, Number.MAX_SAFE_INTEGER - 1)
  const id = newId()
  const killed = leader.kill('SIGKILL')
  const began = performance.now()
  const { seq } = await storeMessage(beside.nc, subject, '{"n":3}', { id, timeout: 20_000 })
  console.log(`a leader's death: stored after ${Math.round(performance.now() - began)} ms`)
  await killed
  expect(await readFromLeader(beside, stream, { last_by_subj: subject })).toMatchObject({ seq })
  await leader.start()
  await untilHealthy(nats.nodes)
  await beside.nc.close()
})

it('a watched bucket goes on when the node goes on which its consumer was, and only that', async () => {
  for (const victim of nats.nodes) {
    const survivor = nats.nodes.find((node) => node !== victim)
    const beside = await open('gateway', survivor?.url)
    const seen = new Set<string>()
    let troubles = 0
    const watch = watchBucket(beside, 'directory', {
      onEntry: ({ key }) => seen.add(key),
      onTrouble: () => {
        troubles += 1
      },
    })
    await expect.poll(() => watch.synced).toBe(true)
    await victim.kill('SIGKILL')
    const key = `h.${victim.name}`
    await expect
      .poll(() => storeMessage(registry.nc, `$KV.directory.${key}`, '{}').then(Boolean, () => false))
      .toBe(true)
    const began = performance.now()
    await expect.poll(() => seen.has(key), { timeout: 40_000 }).toBe(true)
    console.log(`${victim.name} dead: seen after ${Math.round(performance.now() - began)} ms, ${troubles} troubles`)
    await watch.stop()
    await beside.nc.close()
    await victim.start()
    await untilHealthy(nats.nodes)
  }
})
