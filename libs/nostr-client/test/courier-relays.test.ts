import { editBody } from '@kez-chat/messaging'
import { expect, test } from 'vitest'
import { newPerson, startClient } from './clients.ts'
import { startRelay, startRelays } from './relays.ts'

const urlsOf = (relays: readonly { url: string }[]): string[] => relays.map(({ url }) => url)

const pair = async (relays: readonly { url: string }[]) => {
  const [alice, bob] = [newPerson(), newPerson()]
  return {
    alice: await startClient(alice, { relays: urlsOf(relays) }),
    bob: await startClient(bob, { relays: urlsOf(relays) }),
  }
}

test('over relays alone two people chat and see delivered, each message once', async () => {
  const { alice, bob } = await pair(await startRelays(3))
  const [first, second] = [await alice.say(bob.person, 'hello'), await alice.say(bob.person, 'are you there?')]
  await expect.poll(() => bob.texts()).toHaveLength(2)
  const third = await bob.say(alice.person, 'yes')
  await expect.poll(() => alice.status(first)?.state).toBe('delivered')
  await expect.poll(() => alice.status(second)?.state).toBe('delivered')
  await expect.poll(() => bob.status(third)?.state).toBe('delivered')
  expect(alice.states(first).join()).toMatch(/^(sending,)?sent,delivered$/)
  expect(alice.status(first)).toMatchObject({
    via: expect.stringMatching(/^ws:/),
    delivered: { via: 'relay' },
    routes: { home: { state: 'refused', reason: 'no_route' }, relay: { state: 'sent' } },
  })
  expect(bob.texts().toSorted()).toEqual(['are you there?', 'hello'])
  expect(alice.texts()).toEqual(['yes'])
  expect([...alice.errors, ...bob.errors]).toEqual([])
})

test('every relay’s own answer is told, and one that loses a message does not lose it for all', async () => {
  const [liar, hider, good] = [
    await startRelay({ faults: { okNotStored: 1 } }),
    await startRelay({ faults: { okNotServed: 1 } }),
    await startRelay({ faults: { delay: [50, 300] } }),
  ]
  const { alice, bob } = await pair([liar, hider, good])
  const said = await alice.say(bob.person, 'hello')
  await expect.poll(() => bob.texts()).toEqual(['hello'])
  await expect.poll(() => alice.status(said)?.state).toBe('delivered')
  await expect
    .poll(() => alice.status(said)?.relays.map(({ relay, state }) => `${relay} ${state}`))
    .toEqual([liar, hider, good].map(({ url }) => `${url} accepted`))
})

test('what somebody wrote while the other was away is there when they come, and delivered when both are', async () => {
  const relays = await startRelays(2)
  const [alice, bob] = [newPerson(), newPerson()]
  const writing = await startClient(alice, { relays: urlsOf(relays) })
  const said = await writing.say(bob, 'read this later')
  await expect.poll(() => writing.status(said)?.state).toBe('sent')
  const device = await writing.device.freeze()
  await writing.courier.stop()

  const reading = await startClient(bob, { relays: urlsOf(relays) })
  await expect.poll(() => reading.texts()).toEqual(['read this later'])
  await expect.poll(() => relays.flatMap((relay) => relay.stored()).filter(({ kind }) => kind === 4244).length).toBe(2)
  await reading.courier.stop()

  const back = await startClient(alice, { relays: urlsOf(relays), device })
  await expect.poll(() => back.status(said)?.state).toBe('delivered')
})

test('what was written without any connection goes out when there is one, also after a restart', async () => {
  const relay = await startRelay()
  await relay.down()
  const [alice, bob] = [newPerson(), newPerson()]
  const offline = await startClient(alice, { relays: [relay.url] })
  const said = await offline.say(bob, 'written in a tunnel')
  await expect.poll(() => offline.status(said)?.routes.relay.attempts).toBeGreaterThan(0)
  expect(offline.status(said)).toMatchObject({ state: 'sending', routes: { relay: { state: 'waiting' } } })
  const device = await offline.device.freeze()
  await offline.courier.stop()

  await relay.up()
  const online = await startClient(alice, { relays: [relay.url], device })
  const reading = await startClient(bob, { relays: [relay.url] })
  await expect.poll(() => reading.texts()).toEqual(['written in a tunnel'])
  await expect.poll(() => online.status(said)?.state).toBe('delivered')
})

test('a client that dies at any moment loses nothing and shows nothing twice', async () => {
  const relays = await startRelays(2)
  const [alice, bob] = [newPerson(), newPerson()]
  let writing = await startClient(alice, { relays: urlsOf(relays) })
  let reading = await startClient(bob, { relays: urlsOf(relays) })
  const said: { id: string }[] = []
  for (let i = 0; i < 12; i++) {
    said.push(await writing.say(bob, `message ${i}`))
    // Power is lost at whatever point the last messages have reached.
    await new Promise((resolve) => setTimeout(resolve, i * 13))
    const which = i % 2 === 0 ? writing : reading
    const device = await which.device.freeze()
    await which.courier.stop()
    const again = await startClient(which.person, { relays: urlsOf(relays), device })
    if (i % 2 === 0) writing = again
    else reading = again
  }
  await expect.poll(() => reading.texts().toSorted()).toEqual(said.map((_, i) => `message ${i}`).toSorted())
  // A record that is finished is gone from the queue: then it was delivered in an earlier life.
  await expect
    .poll(() => said.map((inner) => writing.courier.status(inner.id)?.state ?? 'delivered'))
    .toEqual(said.map(() => 'delivered'))
  expect(new Set(reading.texts()).size).toBe(12)
})

test('nobody who is not accepted learns that a message came, until they are', async () => {
  const relays = await startRelays(1)
  const [alice, bob] = [newPerson(), newPerson()]
  let accepted = false
  const writing = await startClient(alice, { relays: urlsOf(relays) })
  const reading = await startClient(bob, { relays: urlsOf(relays), accepts: () => accepted })
  const said = await writing.say(bob, 'do you know me?')
  await expect.poll(() => reading.texts()).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(relays[0]?.stored().map(({ kind }) => kind)).toEqual([4242])
  expect(writing.status(said)?.state).toBe('sent')
  accepted = true
  await reading.courier.contactAccepted(alice.key.primary)
  await expect.poll(() => writing.status(said)?.state).toBe('delivered')
})

test('a message is acknowledged once, however many relays deliver it and however often', async () => {
  const relays = await startRelays(3)
  for (const relay of relays) relay.set({ duplicate: 0.5 })
  const [alice, bob] = [newPerson(), newPerson()]
  const writing = await startClient(alice, { relays: urlsOf(relays) })
  let reading = await startClient(bob, { relays: urlsOf(relays) })
  const said = await writing.say(bob, 'once')
  await expect.poll(() => writing.status(said)?.state).toBe('delivered')
  const device = await reading.device.freeze()
  await reading.courier.stop()
  reading = await startClient(bob, { relays: urlsOf(relays), device })
  const next = await writing.say(bob, 'and another')
  await expect.poll(() => writing.status(next)?.state).toBe('delivered')
  for (const relay of relays) {
    expect(relay.stored().filter(({ kind }) => kind === 4244).length).toBeLessThanOrEqual(2)
  }
  expect(reading.texts()).toEqual(['once', 'and another'])
})

test('over relays that lose, delay, double, overtake, cut off and demand who one is, nothing is lost or doubled', async () => {
  const chaos = {
    ...{ dropIn: 0.1, dropOut: 0.1, delay: [0, 60] as const, duplicate: 0.2 },
    ...{ reorder: { share: 0.3, within: 100 }, okNotStored: 0.1, flap: [800, 3_000] as const },
  }
  const relays = await Promise.all([
    startRelay({ faults: chaos }),
    startRelay({ faults: { ...chaos, auth: 'all' } }),
    startRelay({ faults: { ...chaos, lateOk: 700 } }),
    startRelay({ faults: { clock: 3_600 } }),
    startRelay({ faults: { neverEose: true, okNotServed: 0.3 } }),
    // One that is merely slow and muddled: what every relay loses nobody can find.
    startRelay({ faults: { delay: [0, 200], duplicate: 0.3, reorder: { share: 0.5, within: 200 }, lateOk: 300 } }),
  ])
  const [alice, bob] = [newPerson(), newPerson()]
  const limits = { okMs: 2_000, eoseMs: 2_000 }
  const writing = await startClient(alice, { relays: urlsOf(relays), limits })
  const reading = await startClient(bob, { relays: urlsOf(relays), limits })
  const said: { id: string }[] = []
  for (let i = 0; i < 20; i++) said.push(await writing.say(bob, `message ${i}`))
  await expect
    .poll(() => reading.texts().toSorted(), { timeout: 40_000 })
    .toEqual(said.map((_, i) => `message ${i}`).toSorted())
  await expect
    .poll(() => said.map((inner) => writing.status(inner)?.state), { timeout: 40_000 })
    .toEqual(said.map(() => 'delivered'))
}, 120_000)

test('what a relay took and lost is offered again to those that had not taken it: the message and its acknowledgement', async () => {
  const [losing, busy] = [await startRelay({ faults: { okNotStored: 1 } }), await startRelay()]
  const relays = urlsOf([losing, busy])
  const [alice, bob] = [newPerson(), newPerson()]
  let ahead = 0
  const clock = { ahead: () => ahead }
  const writing = await startClient(alice, { relays, ...clock })
  const reading = await startClient(bob, { relays, ...clock })
  busy.set({ refuse: 'error: too busy' })
  const said = await writing.say(bob, 'hello')
  await expect
    .poll(() =>
      writing
        .status(said)
        ?.relays.map(({ state }) => state)
        .toSorted(),
    )
    .toEqual(['accepted', 'refused'])
  expect(writing.status(said)).toMatchObject({ state: 'sent', via: losing.url })
  busy.set({})
  ahead += 60_000
  writing.courier.retryNow()
  // The acknowledgement meets the same fate.
  await expect.poll(() => busy.stored().map(({ kind }) => kind)).toContain(4242)
  busy.set({ refuse: 'error: too busy' })
  await expect.poll(() => reading.texts()).toEqual(['hello'])
  const refusedAcks = () => busy.frames.filter(([, event]) => (event as { kind?: number }).kind === 4244)
  await expect.poll(() => refusedAcks().length).toBeGreaterThan(0)
  busy.set({})
  ahead += 60_000
  await expect
    .poll(() => {
      reading.courier.retryNow()
      return writing.status(said)?.state
    })
    .toBe('delivered')
  expect(new Set(refusedAcks().map(([, event]) => (event as { id: string }).id)).size).toBe(1)
})

test('an edit wakes nobody, tells relays when it vanishes, and is acknowledged like what it edits', async () => {
  const relay = await startRelay()
  const [alice, bob] = [newPerson(), newPerson()]
  const sender = await startClient(alice, { relays: [relay.url] })
  const reader = await startClient(bob, { relays: [relay.url] })
  const sentAt = Date.now()
  const body = editBody('ab'.repeat(16), 'at nine', { ttl: 3_600 })
  const { inner } = await sender.courier.send({ to: bob.key.primary, body, sentAt })
  await expect.poll(() => sender.status(inner)?.state).toBe('delivered')
  expect(reader.device.shown.map(({ body }) => body)).toEqual([body])
  const [event] = relay.stored().filter(({ kind }) => kind === 4242)
  expect(event?.tags.slice(1)).toEqual([
    ['wake', '0'],
    ['expiration', String(Math.ceil(sentAt / 1_000 + 3_600))],
  ])
})
