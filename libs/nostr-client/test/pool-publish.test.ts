import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { live, newEvent, poolOf, startRelay, startRelays } from './relays.ts'

const statesOf = (fates: readonly { relay: string; state: string }[]): Record<string, string> =>
  Object.fromEntries(fates.map(({ relay, state }) => [relay, state]))

test('an event goes to every relay, and each says for itself what it did with it', async () => {
  const [first, second, third] = await startRelays(3)
  if (!first || !second || !third) throw new Error('no relays')
  second.set({ refuse: 'blocked: not here' })
  await third.down()
  const pool = poolOf([first, second, third], { limits: { okMs: 2_000 } })
  const publication = pool.publish(newEvent())
  expect((await publication.accepted).relay).toBe(first.url)
  await publication.settled
  expect(statesOf(publication.fates())).toEqual({
    [first.url]: 'accepted',
    [second.url]: 'refused',
    [third.url]: 'unreachable',
  })
  expect(publication.fates()[1]?.reason).toBe('blocked: not here')
  expect(first.stored()).toHaveLength(1)
})

test('one relay under several spellings is one relay', async () => {
  const relay = await startRelay()
  const pool = poolOf([relay], { relays: [relay.url, `${relay.url}/`, relay.url.replace('ws:', 'WS:')] })
  await pool.publish(newEvent(), { also: [relay.url] }).accepted
  expect(pool.relays()).toEqual([relay.url])
  expect(relay.connections()).toBe(1)
  expect(relay.frames.filter(([type]) => type === 'EVENT')).toHaveLength(1)
})

test('an answer that comes after its time still counts for its relay', async () => {
  const relay = await startRelay({ faults: { lateOk: 1_500 } })
  const pool = poolOf([relay], { limits: { okMs: 500 } })
  const heard: string[] = []
  const publication = pool.publish(newEvent(), { onFate: ({ state }) => void heard.push(state) })
  await expect(publication.accepted).rejects.toMatchObject({ code: 'not_accepted' })
  expect(publication.fates()[0]?.state).toBe('timeout')
  await expect.poll(() => publication.fates()[0]?.state).toBe('accepted')
  expect(heard).toEqual(['timeout', 'accepted'])
})

test('nothing that comes later makes an accepted event less than accepted', async () => {
  const relay = await startRelay({ faults: { duplicate: 1 } })
  const pool = poolOf([relay])
  const event = newEvent()
  const publication = pool.publish(event)
  await publication.accepted
  relay.say(JSON.stringify(['OK', event.id, false, 'error: changed my mind']))
  await pool.publish(newEvent()).accepted
  expect(publication.fates()[0]?.state).toBe('accepted')
})

test('an OK for an event that was never sent there is nobody’s', async () => {
  const relay = await startRelay({ faults: { silent: true } })
  const pool = poolOf([relay], { limits: { okMs: 500 } })
  const publication = pool.publish(newEvent())
  await expect.poll(() => live(pool)).toBe(1)
  relay.say(JSON.stringify(['OK', newEvent().id, true, '']))
  await expect(publication.accepted).rejects.toMatchObject({ code: 'not_accepted' })
})

test('without any relay there is no way, and when all refuse it is refused', async () => {
  const relay = await startRelay({ faults: { refuse: 'invalid: no' } })
  await expect(poolOf([]).publish(newEvent()).accepted).rejects.toMatchObject({ code: 'no_route' })
  await expect(poolOf([relay]).publish(newEvent()).accepted).rejects.toMatchObject({ code: 'refused' })
})

test('a relay that demands authentication of an own one gets it, and then the event once more', async () => {
  const relay = await startRelay({ faults: { auth: 'write' } })
  const pool = poolOf([relay])
  const events = [newEvent(), newEvent(), newEvent()]
  await Promise.all(events.map((event) => pool.publish(event).accepted))
  expect(relay.stored()).toHaveLength(3)
  expect(relay.frames.filter(([type]) => type === 'AUTH')).toHaveLength(1)
})

test('a relay that demands authentication midway gets it too', async () => {
  const relay = await startRelay()
  const pool = poolOf([relay])
  await pool.publish(newEvent()).accepted
  relay.set({ auth: 'all' })
  await pool.publish(newEvent()).accepted
  expect(relay.stored()).toHaveLength(2)
})

test('a relay of somebody else never learns who writes', async () => {
  const [own, theirs] = [await startRelay(), await startRelay({ faults: { auth: 'all' } })]
  const pool = poolOf([own])
  const publication = pool.publish(newEvent(), { also: [theirs.url] })
  await publication.settled
  expect(publication.fates()).toMatchObject([
    { state: 'accepted' },
    { state: 'refused', reason: expect.stringMatching(/^auth-required:/) },
  ])
  expect(theirs.frames.filter(([type]) => type === 'AUTH')).toEqual([])
  expect(pool.states().find(({ url }) => url === theirs.url)?.own).toBe(false)
})

test('a relay that refuses the person says so in its state', async () => {
  const relay = await startRelay({ faults: { auth: 'all', authRefused: true } })
  const pool = poolOf([relay])
  await expect(pool.publish(newEvent()).accepted).rejects.toMatchObject({ code: 'refused' })
  expect(pool.states()).toMatchObject([{ phase: 'auth_refused', lastError: 'restricted: not one of ours' }])
})

test('a relay of somebody else is left when nothing is to be written', async () => {
  const relay = await startRelay()
  const pool = poolOf([], { limits: { restMs: 300 } })
  await pool.publish(newEvent(), { also: [relay.url] }).accepted
  await expect.poll(() => relay.connections()).toBe(0)
  expect(pool.states()).toMatchObject([{ phase: 'idle' }])
  await pool.publish(newEvent(), { also: [relay.url] }).accepted
})

test('preferred relays are written to first', async () => {
  const relays = await startRelays(3)
  const pool = poolOf(relays)
  const [first, second, third] = relays.map(({ url }) => url)
  const publication = pool.publish(newEvent(), { prefer: [third ?? '', 'ws://127.0.0.1:1'] })
  expect(publication.fates().map(({ relay }) => relay)).toEqual([third, first, second])
})

test('an event that waits while the relay is away goes out when it is back', async () => {
  const relay = await startRelay()
  const pool = poolOf([relay])
  await expect.poll(() => live(pool)).toBe(1)
  relay.set({ silent: true })
  const publication = pool.publish(newEvent())
  await expect.poll(() => relay.frames.length).toBe(1)
  await relay.down()
  relay.set({})
  await relay.up()
  await publication.accepted
})

test('no more events wait for a relay than are allowed', async () => {
  const relay = await startRelay({ faults: { silent: true } })
  const pool = poolOf([relay], { limits: { waitingEvents: 5 } })
  const publications = Array.from({ length: 8 }, () => pool.publish(newEvent()))
  const states = publications.flatMap((publication) => publication.fates().map(({ state }) => state))
  expect(states.filter((state) => state === 'pending')).toHaveLength(5)
  expect(states.filter((state) => state === 'unreachable')).toHaveLength(3)
})

test('a server that takes the connection and never becomes a relay is given up in bounded time', async () => {
  const tarpit = createServer(() => undefined)
  await new Promise<void>((resolve) => tarpit.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<Socket>()
  tarpit.on('connection', (socket) => void sockets.add(socket))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    tarpit.close()
  })
  const address = tarpit.address()
  const url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const pool = poolOf([], { relays: [url], limits: { connectMs: 300 } })
  const publication = pool.publish(newEvent())
  await expect(publication.accepted).rejects.toMatchObject({ code: 'not_accepted' })
  expect(publication.fates()[0]).toMatchObject({ state: 'unreachable', reason: 'no connection in time' })
})
