import { describe, expect, it } from 'vitest'
import { freshStore, person, receivedBy, textFrom } from '../../test/store.ts'
import { messageNumbers, openMessages } from './history.ts'
import { storeIncoming } from './incoming.ts'
import type { Store } from './store.ts'

const me = person()
const bob = person()
const eve = person()

const receive = async (store: Store, from: typeof bob, text: string): Promise<string> =>
  (await storeIncoming(store, await receivedBy(textFrom(from, me, text), from, me))).conversation ?? ''

const texts = async (store: Store, tag: string, numbers: readonly number[]) =>
  (await openMessages(store, tag, numbers)).map(({ body }) => body.text)

describe('a history', () => {
  it('is known by the numbers of one conversation, and only the messages asked for are opened', async () => {
    const store = await freshStore()
    const tag = await receive(store, bob, 'one')
    await receive(store, eve, 'not for this thread')
    await receive(store, bob, 'two')
    await receive(store, bob, 'three')
    const numbers = await messageNumbers(store, tag)
    expect(await texts(store, tag, numbers)).toEqual(['one', 'two', 'three'])
    expect(await texts(store, tag, numbers.slice(1, 2))).toEqual(['two'])
    expect(await texts(store, tag, [])).toEqual([])
  })

  it('is read where other conversations lie between', async () => {
    const store = await freshStore()
    const tag = await receive(store, bob, 'first')
    for (let i = 0; i < 9; i++) await receive(store, eve, `noise ${i}`)
    await receive(store, bob, 'last')
    expect(await texts(store, tag, await messageNumbers(store, tag))).toEqual(['first', 'last'])
  })

  it('grows by what came since, and is the very same when nothing did', async () => {
    const store = await freshStore()
    const tag = await receive(store, bob, 'one')
    const known = await messageNumbers(store, tag)
    await receive(store, eve, 'elsewhere')
    expect(await messageNumbers(store, tag, known)).toBe(known)
    await receive(store, bob, 'two')
    await receive(store, bob, 'three')
    expect(await texts(store, tag, await messageNumbers(store, tag, known))).toEqual(['one', 'two', 'three'])
  })

  it.each([0, 1, 2])('loses number %i when that message is deleted', async (at) => {
    const store = await freshStore()
    const tag = await receive(store, bob, 'a')
    await receive(store, bob, 'b')
    await receive(store, bob, 'c')
    const known = await messageNumbers(store, tag)
    await store.db.delete('messages', known[at] ?? 0)
    const left = known.filter((_, i) => i !== at)
    expect(await messageNumbers(store, tag, known)).toEqual(left)
    await receive(store, bob, 'd')
    expect(await messageNumbers(store, tag, known)).toEqual([...left, expect.any(Number)])
    expect(await texts(store, tag, known)).toHaveLength(2)
  })

  it('is empty when the conversation is', async () => {
    const store = await freshStore()
    const tag = await receive(store, bob, 'a')
    const known = await messageNumbers(store, tag)
    await store.db.clear('messages')
    expect(await messageNumbers(store, tag, known)).toEqual([])
  })
})
