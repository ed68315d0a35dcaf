import { describe, expect, it } from 'vitest'
import { freshStore, person, readMessages, receivedBy, textFrom } from '../../test/store.ts'
import { listSummaries, markRead, meet } from './conversations.ts'
import { storeIncoming } from './incoming.ts'
import { sweepGuard } from './replay-store.ts'

const me = person()
const bob = person()
const day = 24 * 60 * 60_000

describe('a message that arrives', () => {
  it('is stored once, whichever way copies come, and says which was first', async () => {
    const store = await freshStore()
    const inner = textFrom(bob, me, 'hello')
    const { conversation = '' } = await storeIncoming(store, await receivedBy(inner, bob, me, 'wss://nos.lol'))
    for (const copy of [await receivedBy(inner, bob, me), await receivedBy(inner, bob, me, 'wss://other.org')]) {
      expect(await storeIncoming(store, copy)).toEqual({ isNew: false })
    }
    expect(await readMessages(store, conversation, { count: 10 })).toMatchObject([
      { body: { text: 'hello' }, via: 'wss://nos.lol' },
    ])
  })

  it('by a relay makes that the one where they are answered first; one by the home server does not change it', async () => {
    const store = await freshStore()
    const viaRelay = async () => (await listSummaries(store))[0]?.conversation.via_relay
    const first = textFrom(bob, me, 'one')
    await storeIncoming(store, await receivedBy(first, bob, me))
    expect(await viaRelay()).toBeUndefined()
    await storeIncoming(store, await receivedBy(first, bob, me, 'wss://nos.lol'))
    expect(await viaRelay()).toBe('wss://nos.lol')
    await storeIncoming(store, await receivedBy(textFrom(bob, me, 'two'), bob, me, 'wss://b.org'))
    await storeIncoming(store, await receivedBy(textFrom(bob, me, 'three'), bob, me))
    expect(await viaRelay()).toBe('wss://b.org')
  })

  it('is stored once when two tabs take it at the same moment', async () => {
    const store = await freshStore()
    const opened = await receivedBy(textFrom(bob, me, 'hello'), bob, me)
    await Promise.all(Array.from({ length: 5 }, () => storeIncoming(store, opened)))
    expect(await store.db.count('messages')).toBe(1)
    expect((await listSummaries(store))[0]?.conversation.unread).toBe(1)
  })

  it('counts as unread until it is read, and only claims the handle it names', async () => {
    const store = await freshStore()
    await storeIncoming(store, await receivedBy(textFrom(bob, me, 'one'), bob, me))
    await storeIncoming(store, await receivedBy(textFrom(bob, me, 'two'), bob, me))
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
    await storeIncoming(store, await receivedBy(textFrom(bob, me, 'a very secret word'), bob, me))
    const all = await Promise.all(
      (['conversations', 'messages', 'guard', 'links'] as const).map((name) => store.db.getAll(name)),
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
    const opened = await receivedBy(textFrom(bob, me, 'hello'), bob, me)
    await storeIncoming(store, opened)
    await store.db.clear('messages')
    await sweepGuard(store.db, Date.now() + 37 * day)
    expect(await storeIncoming(store, opened)).toEqual({ isNew: false })
    await sweepGuard(store.db, Date.now() + 39 * day)
    expect(await store.db.count('guard')).toBe(0)
  })
})
