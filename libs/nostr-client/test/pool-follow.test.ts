import { createAuthorKey } from '@kez-chat/messaging'
import { signEvent } from '@kez-chat/messaging/nostr'
import { startRelayCounterpart } from '@kez-chat/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { collect, live, newEvent, poolOf, startRelay, startRelays, toMe } from './relays.ts'

test('what several relays deliver is handed over once, and each relay is remembered', async () => {
  const relays = await startRelays(3)
  const pool = poolOf(relays)
  const ids = collect(pool)
  const events = [newEvent(), newEvent()]
  for (const event of events) await pool.publish(event).settled
  await expect.poll(() => pool.seenOn(events[1]?.id ?? '')).toHaveLength(3)
  await expect.poll(() => pool.seenOn(events[0]?.id ?? '')).toHaveLength(3)
  expect(ids.toSorted()).toEqual(events.map(({ id }) => id).toSorted())
})

test('copies that come while the first is being taken wait for it and are not handed over', async () => {
  const relays = await startRelays(3)
  const pool = poolOf(relays)
  const handed: string[] = []
  const taking = Promise.withResolvers<void>()
  pool.follow({
    filters: [toMe],
    lookBackMs: 3_600_000,
    onEvent: ({ id }) => {
      handed.push(id)
      return taking.promise
    },
  })
  const event = newEvent()
  await pool.publish(event).settled
  await expect.poll(() => pool.seenOn(event.id)).toHaveLength(3)
  taking.resolve()
  const last = newEvent()
  await pool.publish(last).settled
  await expect.poll(() => handed).toEqual([event.id, last.id])
})

test('what was stored in the last 48 hours is found, what is older is not asked for', async () => {
  const relay = await startRelay()
  const hour = 3_600_000
  const [recent, old] = [newEvent({ at: Date.now() - 47 * hour }), newEvent({ at: Date.now() - 49 * hour })]
  const sender = poolOf([relay])
  await sender.publish(recent).accepted
  await sender.publish(old).accepted
  const ids = collect(poolOf([relay]))
  await expect.poll(() => ids).toEqual([recent.id])
})

test('what came while a relay was away is there after it is back, and nothing twice', async () => {
  const relay = await startRelay()
  const pool = poolOf([relay])
  const ids = collect(pool)
  const sent = [newEvent()]
  await pool.publish(sent[0] ?? newEvent()).accepted
  await expect.poll(() => ids).toHaveLength(1)
  await relay.down()
  await expect.poll(() => live(pool)).toBe(0)
  await relay.up()
  sent.push(newEvent())
  await poolOf([relay]).publish(sent[1] ?? newEvent()).accepted
  await expect.poll(() => ids).toEqual(sent.map(({ id }) => id))
})

test('a history longer than a page is read to its end', async () => {
  const relay = await startRelay({ mostPerAnswer: 50 })
  const now = Date.now()
  const author = createAuthorKey()
  // Many within the same second: pages overlap, and nothing may fall between them.
  const events = Array.from({ length: 180 }, (_, i) => newEvent({ at: now - Math.floor(i / 7) * 1_000, author }))
  // Signing takes a while in which no timer and no socket gets its turn: nobody is connected yet.
  const sender = poolOf([relay], { limits: { okMs: 60_000 } })
  await Promise.all(events.map((event) => sender.publish(event).accepted))
  const ids = collect(poolOf([relay]))
  await expect.poll(() => ids.length).toBe(180)
  expect(new Set(ids).size).toBe(180)
})

test('events that are not what they say are not handed over, however they come', async () => {
  const honest = await startRelay()
  const liar = await startRelayCounterpart()
  onTestFinished(liar.stop)
  const event = newEvent()
  liar.forge({ ...forgeable(event), content: 'something else' })
  liar.forge({ ...forgeable(newEvent()), sig: '0'.repeat(128) })
  const pool = poolOf([honest], { relays: [honest.url, liar.url] })
  const ids = collect(pool)
  await expect.poll(() => live(pool)).toBe(2)
  expect(ids).toEqual([])
  // The lie does not keep the true event from coming.
  await poolOf([honest]).publish(event).accepted
  await expect.poll(() => ids).toEqual([event.id])
})

const forgeable = (event: ReturnType<typeof newEvent>) => ({
  ...event,
  tags: event.tags.map(([name = '', ...values]): [string, ...string[]] => [name, ...values]),
})

test('live events that were not asked for are dropped, though the relay sends them', async () => {
  const relay = await startRelay()
  const pool = poolOf([relay])
  const ids = collect(pool)
  await expect.poll(() => live(pool)).toBe(1)
  const foreign = signEvent(
    { kind: 4242, tags: [['q', 'cd'.repeat(32)]], content: 'to another' },
    Date.now(),
    createAuthorKey(),
  )
  await pool.publish(foreign).accepted
  const event = newEvent()
  await pool.publish(event).accepted
  await expect.poll(() => ids).toEqual([event.id])
})

test('an event whose taking fails comes again', async () => {
  const relay = await startRelay()
  const errors: unknown[] = []
  const pool = poolOf([relay], { onError: (error) => void errors.push(error) })
  const tries: string[] = []
  pool.follow({
    filters: [toMe],
    lookBackMs: 3_600_000,
    onEvent: ({ id }) => {
      tries.push(id)
      if (tries.length === 1) throw new Error('disk full')
    },
  })
  const event = newEvent()
  await pool.publish(event).accepted
  await expect.poll(() => errors).toHaveLength(1)
  relay.cut()
  await expect.poll(() => tries).toEqual([event.id, event.id])
})

test('a subscription that needs authentication is opened again after it', async () => {
  const relay = await startRelay()
  await poolOf([relay]).publish(newEvent()).accepted
  relay.set({ auth: 'read' })
  const ids = collect(poolOf([relay]))
  await expect.poll(() => ids).toHaveLength(1)
})

test('a subscription that the relay ends is opened again later', async () => {
  const relay = await startRelay({ faults: { closed: 'error: shutting down idle subscriptions' } })
  const ids = collect(poolOf([relay]))
  await expect.poll(() => relay.frames.filter(([type]) => type === 'REQ').length).toBe(1)
  relay.set({})
  await poolOf([relay]).publish(newEvent()).accepted
  await expect.poll(() => ids).toHaveLength(1)
})

test('a silent relay is noticed and left, and the others go on', async () => {
  const [silent, good] = [await startRelay(), await startRelay()]
  const pool = poolOf([silent, good], { limits: { quietMs: 300, probeMs: 300 } })
  const ids = collect(pool)
  await expect.poll(() => live(pool)).toBe(2)
  silent.set({ silent: true })
  await expect.poll(() => pool.states().find(({ url }) => url === silent.url)).toMatchObject({ lastError: 'silent' })
  await pool.publish(newEvent()).accepted
  await expect.poll(() => ids).toHaveLength(1)
  silent.set({})
  await expect.poll(() => live(pool)).toBe(2)
})

test('a relay that never ends its answer does not hold up a question', async () => {
  const [endless, good] = [await startRelay({ faults: { neverEose: true } }), await startRelay()]
  const pool = poolOf([endless, good], { limits: { eoseMs: 500 } })
  const event = newEvent()
  await pool.publish(event).settled
  expect(await pool.query([toMe], { withinMs: 10_000 })).toMatchObject([{ id: event.id }])
})

test('a question goes to other relays too when they are named, and to some of all alone; nobody there learns who asks', async () => {
  const [own, theirs] = await startRelays(2)
  if (!own || !theirs) throw new Error('no relays')
  const pool = poolOf([own])
  const [here, there] = [newEvent(), newEvent()]
  await pool.publish(here).accepted
  await poolOf([theirs]).publish(there).accepted
  const ask = async (wanted: { also?: string[]; only?: string[] }): Promise<string[]> =>
    (await pool.query([toMe], { withinMs: 10_000, ...wanted })).map(({ id }) => id).toSorted()
  expect(await ask({})).toEqual([here.id])
  expect(await ask({ also: [theirs.url, theirs.url] })).toEqual([here.id, there.id].toSorted())
  expect(await ask({ also: [theirs.url], only: [theirs.url] })).toEqual([there.id])
  expect(await ask({ also: ['ws://127.0.0.1:1'] })).toEqual([here.id])
  expect(pool.states().filter(({ own: mine }) => mine)).toHaveLength(1)
})

test('a relay that floods, talks nonsense or lies is left for a while, and hurts nobody else', async () => {
  const [flooding, junk, good] = await startRelays(3)
  if (!flooding || !junk || !good) throw new Error('no relays')
  const pool = poolOf([flooding, junk, good], { limits: { frameBurst: 300, framesPerSecond: 10 } })
  const ids = collect(pool)
  await expect.poll(() => live(pool)).toBe(3)
  for (let i = 0; i < 1_500; i++) flooding.say('["NOTICE","hello"]')
  for (let i = 0; i < 40; i++) junk.say('{"hello":')
  const stateOf = (relay: { url: string }) => pool.states().find(({ url }) => url === relay.url)
  await expect.poll(() => stateOf(flooding)).toMatchObject({ phase: 'backing_off', lastError: 'floods' })
  await expect.poll(() => stateOf(junk)).toMatchObject({ phase: 'backing_off', lastError: 'sends what is no nostr' })
  // Hurrying does not shorten a penalty.
  pool.retryNow()
  expect(stateOf(junk)?.phase).toBe('backing_off')
  await pool.publish(newEvent()).accepted
  await expect.poll(() => ids).toHaveLength(1)
})

test('an oversized frame is not parsed, and no reason to leave: anybody may have stored it there', async () => {
  const relay = await startRelay()
  const pool = poolOf([relay])
  const ids = collect(pool)
  await expect.poll(() => live(pool)).toBe(1)
  relay.say(JSON.stringify(['EVENT', 'k1', { ...newEvent(), content: 'x'.repeat(300_000) }]))
  await pool.publish(newEvent()).accepted
  await expect.poll(() => ids).toHaveLength(1)
  expect(live(pool)).toBe(1)
})

test('relays can be added and taken away while it runs', async () => {
  const [first, second] = await startRelays(2)
  if (!first || !second) throw new Error('no relays')
  const pool = poolOf([first])
  const ids = collect(pool)
  pool.setRelays([second.url])
  await poolOf([second]).publish(newEvent()).accepted
  await expect.poll(() => ids).toHaveLength(1)
  await expect.poll(() => first.connections()).toBe(0)
})

test('after stop nothing is connected and nothing runs', async () => {
  const relay = await startRelay()
  const timers = new Set<unknown>()
  const pool = poolOf([relay], {
    timing: {
      now: Date.now,
      random: Math.random,
      after: (ms, run) => {
        const timer = setTimeout(() => {
          timers.delete(timer)
          run()
        }, ms)
        timers.add(timer)
        return () => {
          clearTimeout(timer)
          timers.delete(timer)
        }
      },
    },
  })
  collect(pool)
  await pool.publish(newEvent()).accepted
  const hopeless = pool.publish(newEvent(), { also: ['ws://127.0.0.1:1'] })
  relay.set({ silent: true })
  const unanswered = pool.query([toMe], { withinMs: 60_000 })
  expect(timers.size).toBeGreaterThan(0)
  pool.stop()
  await hopeless.settled
  expect(await unanswered).toEqual([])
  expect(timers.size).toBe(0)
  await expect.poll(() => relay.connections()).toBe(0)
  await expect(pool.publish(newEvent()).accepted).rejects.toMatchObject({ code: 'no_route' })
})
