import { type Inner, innerHash, parseBody } from '@kez-chat/messaging'
import type { ReceivedMessage } from '@kez-chat/nostr-client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshStore, person, readMessages, textFrom } from '../../test/store.ts'
import { parseQuery } from '../search/match.ts'
import { conversationTag } from './conversation.ts'
import { markRead, readConversation } from './conversations.ts'
import { deleteConversation } from './delete-conversation.ts'
import { storeIncoming } from './incoming.ts'
import { discardMessage } from './outgoing.ts'
import { sweepGuard } from './replay-store.ts'
import { searchMessages } from './search.ts'
import type { Store } from './store.ts'

const me = person()
const bob = person()
const eve = person()
const began = Date.now() - 3_600_000

/** What somebody writes, each after the one before; `clock` = when, by their clock. */
const written = (count: number, { from = bob, clock = (i: number) => i * 1_000 } = {}): Inner[] => {
  const list: Inner[] = []
  for (let i = 0; i < count; i++) {
    const before = list.at(-1)
    list.push(textFrom(from, me, String(i), began + clock(i), before && innerHash(before)))
  }
  return list
}

/** As the courier hands it over, without the cost of sealing and opening it. */
const opened = (inner: Inner): ReceivedMessage => {
  const seen = { from: inner.from, innerId: inner.id, sentAt: Date.parse(inner.sent_at) }
  return { seen, body: parseBody(inner.body), inner, outerId: '', route: 'home' }
}

const take = async (store: Store, list: readonly Inner[], order: readonly number[]): Promise<void> => {
  for (const i of order) {
    const inner = list[i]
    if (inner) await storeIncoming(store, opened(inner))
  }
}
const shown = async (store: Store, from = bob): Promise<string[]> =>
  (await readMessages(store, conversationTag(store.rest, from.primary), { count: 99 })).map(
    ({ body, gap }) => `${body.text}${gap ? '!' : ''}`,
  )
const shownAfter = async (order: readonly number[], list = written(6)) => {
  const store = await freshStore()
  await take(store, list, order)
  return shown(store)
}
const upTo = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i))

describe('a message', () => {
  it.each([
    { what: 'that came late stands before what its author wrote after it', order: [0, 2, 1], are: ['0', '1', '2'] },
    { what: 'that joins two pieces puts them in order', order: [3, 4, 1, 0, 2], are: ['0', '1', '2', '3', '4'] },
    {
      what: 'from before a gap stands before it, though the missing one has not come',
      order: [3, 1],
      are: ['1', '3!'],
    },
    {
      what: 'from within a wide gap stands there, and the gap is where it still is',
      order: [0, 4, 2],
      are: ['0', '2!', '4!'],
    },
  ])('$what ($order)', async ({ order, are }) => {
    expect(await shownAfter(order)).toEqual(are)
  })

  it('of a history that comes newest first is in its place, message by message', async () => {
    const order = Array.from({ length: 60 }, (_, i) => 59 - i)
    expect((await shownAfter(order, written(60))).map((text) => text.replace('!', ''))).toEqual(upTo(60))
  })

  it('stands in the order of its author once all are there, in whatever order they come and whatever their clock says', async () => {
    const count = 7
    const arrivals = fc.record({
      order: fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
      clocks: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: count, maxLength: count }),
      again: fc.array(fc.nat(count - 1), { maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(arrivals, async ({ order, clocks, again }) => {
        const list = written(count, { clock: (i) => (clocks[i] ?? 0) * 1_000 })
        expect(await shownAfter([...order, ...again], list)).toEqual(upTo(count))
      }),
      { numRuns: 25 },
    )
  })

  it('of somebody else keeps its place, and nobody has another’s moved by naming it', async () => {
    const store = await freshStore()
    const [bobs, eves] = [written(3), written(2, { from: eve })]
    await take(store, bobs, [0, 2])
    await take(store, eves, [1])
    const [first] = bobs
    const forged = textFrom(eve, me, 'forged', began + 9_000, first && innerHash(first))
    await storeIncoming(store, opened({ ...forged, id: bobs[2]?.id ?? '' }))
    await take(store, eves, [0])
    await take(store, bobs, [1])
    expect(await shown(store)).toEqual(['0', '1', '2'])
    expect((await shown(store, eve)).map((text) => text.replace('!', ''))).toEqual(['0', '1', 'forged'])
  })

  it('that moved is found by search at its new place, and nowhere else', async () => {
    const store = await freshStore()
    const list: Inner[] = []
    for (const text of ['zero', 'one', 'two', 'three']) {
      const before = list.at(-1)
      // A clock that runs backwards hides the order until the links tell it.
      list.push(textFrom(bob, me, text, began - list.length * 1_000, before && innerHash(before)))
    }
    await take(store, list, [2, 3, 0, 1])
    expect(await shown(store)).toEqual(['zero', 'one', 'two', 'three'])
    const hits = await searchMessages(store, parseQuery('zero'), { most: 9, signal: new AbortController().signal })
    expect(hits).toHaveLength(1)
    expect(await store.db.count('words')).toBe(4)
    const numbers = await store.db.getAllKeys('messages')
    expect(hits[0]?.message.n).toBe(numbers[0])
  })

  it('whose neighbour was deleted here stands right all the same', async () => {
    const store = await freshStore()
    const list = written(4)
    await take(store, list, [0, 3, 2])
    const [, two] = await readMessages(store, conversationTag(store.rest, bob.primary), { count: 9 })
    expect(two?.body.text).toBe('2')
    await discardMessage(store, two?.n ?? 0)
    await take(store, list, [1])
    expect(await shown(store)).toEqual(['0', '1', '3'])
  })
})

describe('what is unread', () => {
  const unread = async (store: Store) => {
    const { unread: count, unread_from: from } = (await readConversation(
      store,
      conversationTag(store.rest, bob.primary),
    )) ?? { unread: 0 }
    const messages = await readMessages(store, conversationTag(store.rest, bob.primary), { count: 99 })
    return { count, from: messages.find(({ n }) => n === from)?.body.text }
  }

  it('begins at one that came late, where what follows it was read before', async () => {
    const store = await freshStore()
    const list = written(5)
    await take(store, list, [0, 2, 3])
    const tag = conversationTag(store.rest, bob.primary)
    expect(await unread(store)).toEqual({ count: 3, from: '0' })
    await markRead(store, tag)
    expect(await unread(store)).toEqual({ count: 0, from: undefined })
    await take(store, list, [1])
    expect(await unread(store)).toEqual({ count: 1, from: '1' })
    await take(store, list, [4])
    expect(await unread(store)).toEqual({ count: 2, from: '1' })
    await markRead(store, tag)
    expect(await unread(store)).toEqual({ count: 0, from: undefined })
  })

  it('begins at the first of them, in whatever order they came and moved', async () => {
    const store = await freshStore()
    await take(store, written(4, { clock: (i) => -i * 1_000 }), [2, 0, 3, 1])
    expect(await unread(store)).toEqual({ count: 4, from: '0' })
  })

  it('begins after what was seen', async () => {
    const store = await freshStore()
    await take(store, written(4), [0, 1, 2, 3])
    const tag = conversationTag(store.rest, bob.primary)
    const [, second] = await readMessages(store, tag, { count: 4 })
    await markRead(store, tag, second?.n)
    expect(await unread(store)).toEqual({ count: 2, from: '2' })
  })
})

describe('what is known of an order', () => {
  it('is forgotten once nothing of it can come any more, and with the conversation', async () => {
    const store = await freshStore()
    await take(store, written(3), [0, 2])
    await take(store, written(1, { from: eve }), [0])
    expect(await store.db.count('steps')).toBe(3)
    await deleteConversation(store, conversationTag(store.rest, eve.primary))
    expect(await store.db.count('steps')).toBe(2)
    await sweepGuard(store.db, Date.now() + 39 * 24 * 3_600_000)
    expect(await store.db.count('steps')).toBe(0)
  })
})
