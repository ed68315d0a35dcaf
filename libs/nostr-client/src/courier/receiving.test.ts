import { randomBytes } from '@kez-chat/identity'
import { createAuthorKey, createInner, createSeenEvents, messagingKeyFromSeed, seal } from '@kez-chat/messaging'
import { createMessageEvent } from '@kez-chat/messaging/nostr'
import { expect, test } from 'vitest'
import { createVirtualTiming } from '../../test/virtual-timing.ts'
import { createEarly } from './early.ts'
import { openHere } from './opening.ts'
import { createReceiving } from './receiving.ts'

const timing = createVirtualTiming()
const [alice, bob, carol] = [1, 2, 3].map(() => messagingKeyFromSeed(randomBytes(32)))
if (!alice || !bob || !carol) throw new Error('no people')
const day = 24 * 3_600_000

/** Bob's receiving, and what became of what came. */
const setUp = async () => {
  const taken: string[] = []
  const noted: (string | undefined)[] = []
  const refused: string[] = []
  const disk = { full: false }
  const early = createEarly({ timing, most: 2, onError: (error) => expect.unreachable(String(error)) })
  const receive = createReceiving({
    ...{ key: bob, open: openHere(bob), timing, migrationUntil: undefined, seen: await createSeenEvents(), early },
    inbox: { take: async ({ seen }) => taken.push(seen.innerId) > 0 },
    acks: { note: async ({ event }) => void noted.push(event?.id) },
    receipts: { byEvent: async () => undefined, byBody: async () => undefined },
    onSeen: () => undefined,
    onUnopened: async (_arrival, _route, { code }) => {
      if (disk.full) throw new Error('the disk is full')
      refused.push(code)
    },
  })
  return { receive, taken, noted, refused, disk }
}

const written = async (daysAgo: number, addressee = bob.primary) => {
  const at = timing.now() - daysAgo * day
  const draft = { from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, sentAt: at }
  const envelope = await seal(createInner({ ...draft, body: { type: 'text', text: 'hello' } }), alice)
  const event = createMessageEvent({ envelope, to: addressee, at }, createAuthorKey())
  return { kind: 'message' as const, envelope, event }
}

test('what a relay shows after 7 days is too old', async () => {
  const { receive, taken, refused } = await setUp()
  await receive({ ...(await written(8)), relay: 'wss://relay.test' }, 'relay')
  expect([taken, refused]).toEqual([[], ['too_old']])
})

test('what cannot be opened, and cannot be noted either, comes again', async () => {
  const { receive, refused, disk } = await setUp()
  const arrival = { ...(await written(8)), relay: 'wss://relay.test' }
  disk.full = true
  await expect(receive(arrival, 'relay')).rejects.toThrow('the disk is full')
  disk.full = false
  await receive(arrival, 'relay')
  await receive(arrival, 'relay')
  expect(refused).toEqual(['too_old'])
})

test('what the home server took in within its time is read however long its owner was away', async () => {
  const { receive, taken, noted, refused } = await setUp()
  const arrival = await written(20)
  await receive({ ...arrival, receivedAt: timing.now() - 19 * day }, 'home')
  expect(refused).toEqual([])
  expect(taken).toHaveLength(1)
  expect(noted).toEqual([arrival.event.id])
  await receive({ ...(await written(20)), receivedAt: timing.now() - 5 * day }, 'home')
  expect(refused).toEqual(['too_old'])
})

test('an event that was handled is not opened again, on whichever route its copy comes', async () => {
  const { receive, taken, noted } = await setUp()
  const arrival = await written(0)
  await receive({ ...arrival, relay: 'wss://relay.test' }, 'relay')
  await receive({ ...arrival, receivedAt: timing.now() }, 'home')
  expect(taken).toHaveLength(1)
  expect(noted).toHaveLength(1)
})

test('copies by event and without are noted for both ways back', async () => {
  const { receive, noted } = await setUp()
  const arrival = await written(0)
  await Promise.all([
    receive({ ...arrival, relay: 'wss://relay.test' }, 'relay'),
    receive({ kind: 'message', envelope: arrival.envelope, receivedAt: timing.now() }, 'home'),
  ])
  expect(noted.toSorted()).toEqual([arrival.event.id, undefined])
})

test('an event addressed to somebody else is refused, though what it carries is for us', async () => {
  const { receive, taken, refused } = await setUp()
  await receive({ ...(await written(0, carol.primary)), receivedAt: timing.now() }, 'home')
  expect([taken, refused]).toEqual([[], ['wrong_recipient']])
})

test('a copy that the home server got first by a stranger’s event is shown once, and that event is never acknowledged', async () => {
  const { receive, taken, noted, refused } = await setUp()
  const own = createAuthorKey()
  const draft = { from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, sentAt: timing.now() }
  const authors = [own.publicKey]
  const inner = createInner({ ...draft, authors, body: { type: 'text', text: 'hello' } })
  const envelope = await seal(inner, alice)
  const by = (author: typeof own) => createMessageEvent({ envelope, to: bob.primary, at: timing.now() }, author)
  const captured = { kind: 'message' as const, envelope, event: by(createAuthorKey()) }
  await receive({ ...captured, relay: 'wss://relay.test' }, 'relay')
  expect([taken, refused]).toEqual([[], ['wrong_carrier']])
  // The same event as the home server hands it out: the only copy it keeps.
  await receive({ ...captured, receivedAt: timing.now() }, 'home')
  expect([taken, noted]).toEqual([[inner.id], [undefined]])
  expect(refused).toEqual(['wrong_carrier'])
})

/** Lets minutes pass, as work that begins at each comes to its end; no more of them when `over` is. */
const passMinutes = async (count: number, over?: Promise<unknown>): Promise<void> => {
  let isOver = false
  void over?.then(() => {
    isOver = true
  })
  for (let minute = 0; minute < count && !isOver; minute++) {
    while (timing.waiting() === 0 && !isOver) await new Promise((resolve) => setImmediate(resolve))
    timing.pass(60_000)
  }
  await over
}

test('what is dated an hour ahead is neither refused nor shown before its time, and then taken once', async () => {
  const { receive, taken, refused } = await setUp()
  const arrival = { ...(await written(-1 / 24)), relay: 'wss://relay.test' }
  const later = await receive(arrival, 'relay')
  expect(await receive(arrival, 'relay')).toEqual(later)
  await passMinutes(50)
  expect([taken, refused]).toEqual([[], []])
  await passMinutes(15, later?.dealtWith)
  expect(taken).toHaveLength(1)
  expect(refused).toEqual([])
})

test('what is dated further ahead than clocks are off is refused in the end, and at once when too much waits', async () => {
  const { receive, taken, refused } = await setUp()
  const waiting = [await receive(await written(-3), 'home'), await receive(await written(-3), 'home')]
  expect(waiting.every((later) => later !== undefined)).toBe(true)
  expect(await receive(await written(-3), 'home')).toBeUndefined()
  expect(refused).toEqual(['too_new'])
  timing.pass(28 * 3_600_000)
  await passMinutes(2, Promise.all(waiting.map((later) => later?.dealtWith)))
  expect([taken, refused]).toEqual([[], ['too_new', 'too_new', 'too_new']])
})
