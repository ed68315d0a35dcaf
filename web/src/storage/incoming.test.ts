import { describe, expect, it } from 'vitest'
import { freshStore, openedBy, person, readMessages, textFrom } from '../../test/store.ts'
import { listSummaries, markRead, meet } from './conversations.ts'
import { readCursor, resetCursor, storeIncoming } from './incoming.ts'
import { sweepGuard } from './replay-store.ts'

const me = person()
const bob = person()
const day = 24 * 60 * 60_000

describe('a message that arrives', () => {
  it('is stored once, with the cursor behind it', async () => {
    const store = await freshStore()
    const opened = await openedBy(textFrom(bob, me, 'hello'), bob, me)
    const { conversation = '' } = await storeIncoming(store, 7, opened)
    expect(await readCursor(store)).toBe(7)
    expect(await readMessages(store, conversation, { count: 10 })).toMatchObject([{ body: { text: 'hello' } }])
  })

  it('is not doubled when the server sends the same sequence again', async () => {
    const store = await freshStore()
    const opened = await openedBy(textFrom(bob, me, 'hello'), bob, me)
    await storeIncoming(store, 7, opened)
    expect(await storeIncoming(store, 7, opened)).toEqual({})
    expect(await store.db.count('messages')).toBe(1)
  })

  it('is not doubled when it is sealed anew or comes by another way', async () => {
    const store = await freshStore()
    const inner = textFrom(bob, me, 'hello')
    await storeIncoming(store, 7, await openedBy(inner, bob, me))
    expect(await storeIncoming(store, 8, await openedBy(inner, bob, me))).toEqual({})
    expect(await store.db.count('messages')).toBe(1)
    expect(await readCursor(store)).toBe(8)
  })

  it('is not doubled when the server begins its stream anew', async () => {
    const store = await freshStore()
    const opened = await openedBy(textFrom(bob, me, 'hello'), bob, me)
    await storeIncoming(store, 7_000, opened)
    await resetCursor(store)
    await storeIncoming(store, 1, opened)
    await storeIncoming(store, 2, await openedBy(textFrom(bob, me, 'new'), bob, me))
    expect(await store.db.count('messages')).toBe(2)
    expect(await readCursor(store)).toBe(2)
  })

  it('is stored once when two tabs take it at the same moment', async () => {
    const store = await freshStore()
    const opened = await openedBy(textFrom(bob, me, 'hello'), bob, me)
    await Promise.all(Array.from({ length: 5 }, () => storeIncoming(store, 7, opened)))
    expect(await store.db.count('messages')).toBe(1)
    expect((await listSummaries(store))[0]?.conversation.unread).toBe(1)
  })

  it('counts as unread until it is read, and only claims the handle it names', async () => {
    const store = await freshStore()
    await storeIncoming(store, 1, await openedBy(textFrom(bob, me, 'one'), bob, me))
    await storeIncoming(store, 2, await openedBy(textFrom(bob, me, 'two'), bob, me))
    const [before] = await listSummaries(store)
    expect(before?.conversation).toMatchObject({ unread: 2, claimed: 'bob@kez.test', primary: bob.primary })
    expect(before?.conversation.handle).toBeUndefined()
    expect(before?.last?.body.text).toBe('two')
    const tag = before?.conversation.tag ?? ''
    await markRead(store, tag)
    await meet(store, bob.primary, 'bob@kez.test')
    const [after] = await listSummaries(store)
    expect(after?.conversation).toMatchObject({ unread: 0, handle: 'bob@kez.test', tag })
  })

  it('leaves no plain text, key or handle in the database', async () => {
    const store = await freshStore()
    await storeIncoming(store, 1, await openedBy(textFrom(bob, me, 'a very secret word'), bob, me))
    const all = await Promise.all(
      (['conversations', 'messages', 'guard', 'cursor'] as const).map((name) => store.db.getAll(name)),
    )
    const raw = JSON.stringify(all, (_name, value: unknown) =>
      value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value,
    )
    expect(raw.length).toBeGreaterThan(200)
    for (const secret of ['secret', 'bob', bob.primary.slice(8, 24)]) expect(raw).not.toContain(secret)
  })
})

describe('the replay guard', () => {
  it('outlives the message, for as long as it could be accepted', async () => {
    const store = await freshStore()
    const opened = await openedBy(textFrom(bob, me, 'hello'), bob, me)
    await storeIncoming(store, 1, opened)
    await store.db.clear('messages')
    await sweepGuard(store.db, Date.now() + 37 * day)
    expect(await storeIncoming(store, 2, opened)).toEqual({})
    await sweepGuard(store.db, Date.now() + 39 * day)
    expect(await store.db.count('guard')).toBe(0)
  })
})
