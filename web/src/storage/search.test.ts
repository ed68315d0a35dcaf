import { describe, expect, it } from 'vitest'
import { freshStore, person, receivedBy, textFrom } from '../../test/store.ts'
import { parseQuery } from '../search/match.ts'
import { deleteConversation } from './delete-conversation.ts'
import { storeIncoming } from './incoming.ts'
import { discardMessage } from './outgoing.ts'
import { indexOlder, isIndexed, searchMessages } from './search.ts'
import type { Store } from './store.ts'

const me = person()
const bob = person()
const eve = person()

const receive = async (store: Store, text: string, from = bob): Promise<string> =>
  (await storeIncoming(store, await receivedBy(textFrom(from, me, text), from, me))).conversation ?? ''

const search = async (store: Store, typed: string, conversation?: string, most = 50) =>
  (await searchMessages(store, parseQuery(typed), { most, conversation, signal: new AbortController().signal })).map(
    ({ text }) => text,
  )

describe('search', () => {
  it('finds by the beginnings of words as they are typed, newest first, in all conversations or in one', async () => {
    const store = await freshStore()
    const tag = await receive(store, 'Shall we meet on Saturday?')
    await receive(store, 'Sunday is fine')
    await receive(store, 'saturdays are best', eve)
    for (const typed of ['sa', 'sat', 'satu', 'SATURD', 'saturday'])
      expect(await search(store, typed)).toEqual(['saturdays are best', 'Shall we meet on Saturday?'])
    expect(await search(store, 'saturday meet')).toEqual(['Shall we meet on Saturday?'])
    expect(await search(store, 'sat', tag)).toEqual(['Shall we meet on Saturday?'])
    expect(await search(store, 'sat', undefined, 1)).toEqual(['saturdays are best'])
    expect(await search(store, 'saturnalia')).toEqual([])
    expect(await search(store, '')).toEqual([])
  })

  it('finds words of one letter as a whole, and single characters of Chinese', async () => {
    const store = await freshStore()
    await receive(store, 'plan b')
    await receive(store, '明天去世界公园')
    expect(await search(store, 'b')).toEqual(['plan b'])
    expect(await search(store, 'p')).toEqual([])
    expect(await search(store, '世界')).toEqual(['明天去世界公园'])
  })

  it('leaves nothing readable in the index', async () => {
    const store = await freshStore()
    await receive(store, 'treasure under the oak')
    const rows = JSON.stringify(await store.db.getAll('words'))
    expect(rows.length).toBeGreaterThan(100)
    for (const word of ['treasure', 'trea', 'oak', 'un']) expect(rows).not.toContain(`"${word}`)
    const other = await freshStore()
    await receive(other, 'treasure under the oak')
    const keys = (await other.db.getAll('words'))[0]?.keys ?? []
    expect(keys.length).toBeGreaterThan(5)
    for (const key of keys) expect(rows).not.toContain(key)
  })

  it('forgets what is deleted, message by message or with the conversation', async () => {
    const store = await freshStore()
    const tag = await receive(store, 'the first secret')
    await receive(store, 'the second secret')
    const [n = 0] = await store.db.getAllKeys('messages')
    await discardMessage(store, n)
    expect(await search(store, 'secret')).toEqual(['the second secret'])
    await deleteConversation(store, tag)
    expect(await store.db.count('words')).toBe(0)
  })
})

describe('a history from before there was an index', () => {
  it('is indexed step by step, goes on where it stopped, and misses nothing that comes meanwhile', async () => {
    const store = await freshStore()
    for (let i = 0; i < 90; i++) await receive(store, `old ${i}`)
    await store.db.clear('words')
    expect(await isIndexed(store)).toBe(false)
    expect(await indexOlder(store)).toBe(true)
    const some = await store.db.count('words')
    expect(some).toBeGreaterThan(0)
    expect(some).toBeLessThan(90)
    await receive(store, 'new one')
    let steps = 1
    while (await indexOlder(store)) steps++
    expect(steps).toBeLessThan(5)
    expect(await isIndexed(store)).toBe(true)
    expect(await store.db.count('words')).toBe(91)
    expect((await search(store, 'old', undefined, 200)).length).toBe(90)
    expect(await search(store, 'new')).toEqual(['new one'])
    expect(await indexOlder(store)).toBe(false)
  })
})
