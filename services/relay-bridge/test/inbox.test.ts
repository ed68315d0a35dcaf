import { openJetStream } from '@kez-chat/eventlog'
import { createAdmission, createUsage } from '@kez-chat/eventlog/mailbox'
import { createAuthorKey } from '@kez-chat/messaging'
import { type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import { connectNats, createLog, createTokenBuckets } from '@kez-chat/runtime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDeliver, type Deliver } from '../src/inbox/deliver.ts'
import { createIntake } from '../src/inbox/intake.ts'
import { createVerifyPool, type VerifyPool } from '../src/verify/pool.ts'
import { createSeenIds } from '../src/verify/seen-ids.ts'
import { newMessage, type Rig, startRig } from './rig.ts'

const log = createLog('test', 'silent')
const via = 'wss://relay.example.org'
let rig: Rig
let deliver: Deliver
let pool: VerifyPool
let verified: string[]
let stop: () => Promise<void>

beforeAll(async () => {
  rig = await startRig()
  const seed = rig.nats.seeds['relay-bridge']
  const nc = await connectNats({ name: 'relay-bridge', url: rig.nats.url, seed }, log)
  const jetstream = await openJetStream(nc, { timeout: 1_000 })
  const hourly = createTokenBuckets({ capacity: 1e9, perSecond: 1e6 })
  const admission = createAdmission({
    usage: createUsage({ jetstream, inboxStreams: 1, maxBytes: 1 << 30 }),
    hourlyMessages: hourly,
    hourlyBytes: createTokenBuckets({ capacity: 1e12, perSecond: 1e9 }),
    onBusy: () => undefined,
    onFull: () => undefined,
  })
  deliver = createDeliver({ jetstream, admission, log, retryFor: 500 })
  const threads = createVerifyPool({ threads: 1 })
  verified = []
  pool = {
    ...threads,
    verify: (event) => {
      verified.push(event.id)
      return threads.verify(event)
    },
  }
  stop = async () => {
    await threads.stop()
    await nc.close()
  }
})
afterAll(async () => {
  await stop()
  await rig.stop()
})

const newIntake = () => createIntake({ pool, deliver, seen: createSeenIds(100), refusalsKeptFor: 60_000 })

it('an event that many relays bring at once is verified once and stored once', async () => {
  const alice = await rig.newPerson()
  const { event } = await newMessage(alice)
  const intake = newIntake()
  const taken = await Promise.all(Array.from({ length: 10 }, () => intake({ event, inbox: alice.hex, via })))
  expect(taken.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'known'), 'stored'])
  expect(await intake({ event, inbox: alice.hex, via })).toBe('known')
  expect(verified.filter((id) => id === event.id)).toHaveLength(1)
  expect(await rig.inboxOf(alice)).toHaveLength(1)
})

it('forgeries under the id of a message, before and beside it, do not keep it out', async () => {
  const alice = await rig.newPerson()
  const { event } = await newMessage(alice)
  const forgery: NostrEvent = { ...event, content: `${event.content} ` }
  const intake = newIntake()
  const taken = await Promise.all(
    [forgery, event, forgery].map((each) => intake({ event: each, inbox: alice.hex, via })),
  )
  expect(taken).toEqual(['forged', 'stored', 'known'])
})

it('what is no envelope is unfit, whoever signed it', async () => {
  const alice = await rig.newPerson()
  const { event } = await newMessage(alice)
  for (const content of ['', 'hello', '[]', '7', '{"a":1e999}']) {
    const signed = signEvent({ kind: 4242, tags: event.tags, content }, Date.now(), createAuthorKey())
    expect(await newIntake()({ event: signed, inbox: alice.hex, via })).toBe('unfit')
  }
  expect(await rig.inboxOf(alice)).toEqual([])
})

it('while JetStream is away nothing is called stored, and the event can come again', async () => {
  const alice = await rig.newPerson()
  const { event } = await newMessage(alice)
  const intake = newIntake()
  await rig.nats.kill('SIGKILL')
  expect(await intake({ event, inbox: alice.hex, via })).toBe('unavailable')
  await rig.nats.restart()
  await expect
    .poll(() => intake({ event, inbox: alice.hex, via }), { timeout: 30_000 })
    .toMatch(/^(stored|duplicate|known)$/)
  // Who looks has a connection of their own, which may find NATS again later than the bridge does.
  await expect.poll(() => rig.inboxOf(alice).catch(String), { timeout: 30_000 }).toHaveLength(1)
}, 90_000)
