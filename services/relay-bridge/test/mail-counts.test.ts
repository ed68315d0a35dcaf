import { relayMailStream } from '@kez-chat/contracts'
import { ensureStream, openJetStream } from '@kez-chat/eventlog'
import { connectNats, createLog } from '@kez-chat/runtime'
import { startTestNats, type TestNats } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMailCounts } from '../src/home-relay/mail-counts.ts'
import { createStore } from '../src/home-relay/store.ts'
import { messageFor, newSigner } from './home-relay-rig.ts'

let nats: TestNats
beforeAll(async () => {
  nats = await startTestNats()
})
afterAll(async () => nats?.stop())

const open = async (maxBytes: number) => {
  const user = { name: 'relay-bridge', url: nats.url, seed: nats.seeds['relay-bridge'] }
  const jetstream = await openJetStream(await connectNats(user, createLog('test', 'silent')))
  await ensureStream(jetstream.jsm, relayMailStream({ replicas: 1, inboxStreams: 1 }, { maxBytes }))
  return jetstream
}

test('one person has so much mail on the relay, whoever counts, and others go on', async () => {
  const jetstream = await open(1_000_000)
  const store = createStore(jetstream)
  const [alice, bob] = ['a'.repeat(64), 'b'.repeat(64)]
  const clock = { now: 1_000_000 }
  const counts = createMailCounts(jetstream, { most: 3, now: () => clock.now })
  for (const expected of [true, true, true, false]) {
    expect(await counts.hasRoom(alice)).toBe(expected)
    if (expected) expect(await store.putMail(alice, messageFor({ signer: newSigner() }))).toBe('stored')
    if (expected) counts.stored(alice)
  }
  expect(await counts.hasRoom(bob)).toBe(true)
  // Another replica has stored as well: after a minute it is counted anew.
  await store.putMail(bob, messageFor({ signer: newSigner() }))
  for (let i = 0; i < 2; i++) await store.putMail(bob, messageFor({ signer: newSigner() }))
  expect(await counts.hasRoom(bob)).toBe(true)
  clock.now += 61_000
  expect(await counts.hasRoom(bob)).toBe(false)
  await jetstream.nc.close()
})

test('the same event is stored once, and a stream without room says so', async () => {
  const jetstream = await open(1_000_000)
  const store = createStore(jetstream)
  const address = 'c'.repeat(64)
  const event = messageFor({ signer: newSigner() })
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => store.putMail(address, event)))
  expect(outcomes.sort()).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'stored'])
  const big = () => messageFor({ signer: newSigner() }, { ct: 'x'.repeat(60_000) })
  let outcome = 'stored'
  for (let i = 0; i < 30 && outcome === 'stored'; i++) outcome = await store.putMail(address, big())
  expect(outcome).toBe('full')
  await jetstream.nc.close()
})
