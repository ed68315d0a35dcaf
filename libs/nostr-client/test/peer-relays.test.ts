import {
  createInboxRelaysEvent,
  createRelayListEvent,
  type NostrEvent,
  readInboxRelays,
} from '@kez-chat/messaging/nostr'
import { expect, test } from 'vitest'
import { createPeerRelays, systemTiming } from '../src/index.ts'
import { newPerson, startClient } from './clients.ts'
import { poolOf, startRelay, startRelays } from './relays.ts'

test('a message also goes where the recipient wants to be written to, and nobody authenticates there', async () => {
  const [ours, theirs] = [await startRelay(), await startRelay({ faults: { auth: 'read' } })]
  const [alice, bob] = [newPerson(), newPerson()]
  await poolOf([ours]).publish(createInboxRelaysEvent([theirs.url], Date.now(), bob.transportKey)).accepted
  const writing = await startClient(alice, {
    relays: [ours.url],
    contacts: [{ primary: bob.key.primary, nostr: bob.transportKey.publicKey, accepted: true }],
    choose: ({ inboxRelays }) => (inboxRelays ? readInboxRelays(inboxRelays) : []),
  })
  const reading = await startClient(bob, { relays: [theirs.url] })
  const said = await writing.say(bob, 'to your relay')
  await expect.poll(() => reading.texts()).toEqual(['to your relay'])
  await expect.poll(() => writing.status(said)?.relays.map(({ relay }) => relay)).toEqual([ours.url, theirs.url])
  // The one AUTH there is the owner's own.
  const authors = theirs.frames.flatMap(([type, event]) => (type === 'AUTH' ? [(event as NostrEvent).pubkey] : []))
  expect(authors).toEqual([bob.transportKey.publicKey])
})

test('only relays on public names are taken from a list, at most four', async () => {
  const relay = await startRelay()
  const pool = poolOf([relay])
  const { transportKey } = newPerson()
  const urls = [
    'ws://127.0.0.1:7777',
    'wss://10.0.0.1',
    'wss://router.local',
    ...'abcdef'.split('').map((c) => `wss://${c}.kez.chat`),
  ]
  const list = urls.map((url) => ({ url, read: true, write: false }))
  await pool.publish(createRelayListEvent(list, Date.now(), transportKey)).accepted
  const peers = createPeerRelays({ pool, timing: systemTiming })
  expect(await peers.find(transportKey.publicKey, 10_000)).toEqual('abcd'.split('').map((c) => `wss://${c}.kez.chat`))
})

test('a lookup that takes long does not hold up the message, and is there for the next', async () => {
  const relay = await startRelay()
  const pool = poolOf([relay])
  const { transportKey } = newPerson()
  await pool.publish(createInboxRelaysEvent(['wss://a.kez.chat'], Date.now(), transportKey)).accepted
  relay.set({ delay: [2_000, 2_000] })
  const peers = createPeerRelays({ pool, timing: systemTiming })
  const begun = performance.now()
  expect(await peers.find(transportKey.publicKey, 50)).toEqual([])
  expect(performance.now() - begun).toBeLessThan(1_900)
  await expect.poll(() => peers.find(transportKey.publicKey, 50)).toEqual(['wss://a.kez.chat'])
})

test('many lookups of one person are one question', async () => {
  const relays = await startRelays(1)
  const pool = poolOf(relays)
  const { transportKey } = newPerson()
  const peers = createPeerRelays({ pool, timing: systemTiming })
  await Promise.all(Array.from({ length: 20 }, () => peers.find(transportKey.publicKey, 10_000)))
  await peers.find(transportKey.publicKey, 10_000)
  expect(relays[0]?.frames.filter(([type]) => type === 'REQ')).toHaveLength(1)
})
