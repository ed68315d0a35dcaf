import { innerHash } from '@kez-chat/messaging'
import type { OutgoingRecord } from '@kez-chat/nostr-client'
import { describe, expect, it } from 'vitest'
import { freshStore, person, prepared, readMessages, receivedBy } from '../../test/store.ts'
import { listSummaries, meet, readSummary } from './conversations.ts'
import { deleteConversation } from './delete-conversation.ts'
import { holdMisdated } from './hold-misdated.ts'
import { storeIncoming } from './incoming.ts'
import { discardMessage, releaseOutgoing, storeOutgoing } from './outgoing.ts'
import { outgoingStore } from './record-store.ts'
import type { Store } from './store.ts'

const me = person()
const bob = person()
const alive = new AbortController().signal
const day = 24 * 3_600_000

const setUp = async () => {
  const store = await freshStore()
  return { store, tag: await meet(store, bob.primary, 'bob@kez.test'), courier: outgoingStore(store, alive) }
}

const write = async (store: Store, text: string, sentAt = Date.now()) => {
  const message = await prepared(me, bob, text, { sentAt })
  return { ...message, n: await storeOutgoing(store, message) }
}

const refusedBoth = (record: OutgoingRecord): OutgoingRecord => {
  const refused = { state: 'refused' as const, at: 1, attempts: 1, next_at: null, reason: 'not_found' }
  return { ...record, home: refused, relay: refused }
}

describe('a message that is written', () => {
  it('shows as sending, and the courier of whichever tab leads takes over the very envelope', async () => {
    const { store, tag, courier } = await setUp()
    await courier.entries()
    const { record } = await write(store, 'hello')
    expect(await readMessages(store, tag, { count: 1 })).toMatchObject([{ delivery: { state: 'sending' } }])
    expect(await courier.news()).toEqual({ fresh: [record], gone: [] })
    expect(await courier.news()).toEqual({ fresh: [], gone: [] })
    expect(await outgoingStore(store, alive).entries()).toEqual([[record.inner_id, record]])
  })

  it('stops waiting once the courier is done with it', async () => {
    const { store, courier } = await setUp()
    const { record } = await write(store, 'hello')
    await courier.news()
    await courier.put(record.inner_id, { ...record, home: { ...record.home, state: 'sent' } })
    await courier.delete(record.inner_id)
    expect(await store.db.count('outgoing')).toBe(0)
  })

  it('is held back when every way has refused it, and the same bytes go out when it is tried again', async () => {
    const { store, tag, courier } = await setUp()
    const { record, n } = await write(store, 'hello')
    await courier.news()
    await courier.put(record.inner_id, refusedBoth(record))
    await courier.delete(record.inner_id)
    expect(await courier.news()).toEqual({ fresh: [], gone: [] })
    expect(await outgoingStore(store, alive).entries()).toEqual([])
    expect(await releaseOutgoing(store, n, Date.now())).toBe(true)
    const [again] = (await courier.news()).fresh
    expect(again).toMatchObject({ inner_id: record.inner_id, envelope: record.envelope, home: { state: 'waiting' } })
    expect((await readMessages(store, tag, { count: 1 }))[0]?.delivery?.state).toBe('sending')
  })

  it('has to be written anew when it is too old to be read', async () => {
    const { store } = await setUp()
    const { n } = await write(store, 'hello', Date.now() - 8 * day)
    expect(await releaseOutgoing(store, n, Date.now())).toBe(false)
  })

  it('and was dated ahead by a wrong clock is held back and has to be written anew: whoever opened it would refuse it', async () => {
    const { store, tag, courier } = await setUp()
    const { n } = await write(store, 'tomorrow', Date.now() + day)
    await write(store, 'now')
    expect(await holdMisdated(store, Date.now())).toEqual([tag])
    expect((await courier.news()).fresh).toHaveLength(1)
    const [misdated] = await readMessages(store, tag, { count: 2 })
    expect(misdated?.delivery).toMatchObject({ state: 'failed', code: 'misdated' })
    expect(await releaseOutgoing(store, n, Date.now())).toBe(false)
  })

  it('is gone with its envelope when it is deleted, and the courier neither keeps nor revives it', async () => {
    const { store, tag, courier } = await setUp()
    const [first, second] = [await write(store, 'one'), await write(store, 'two')]
    await courier.news()
    await discardMessage(store, first.n)
    expect((await courier.news()).gone).toEqual([first.record.inner_id])
    await deleteConversation(store, tag)
    expect((await courier.news()).gone.toSorted()).toEqual([first, second].map(({ inner }) => inner.id).toSorted())
    await courier.put(second.record.inner_id, second.record)
    expect(await store.db.count('outgoing')).toBe(0)
    expect(await store.db.count('messages')).toBe(0)
  })

  it('is remembered as the one that the next message follows', async () => {
    const { store, tag } = await setUp()
    const { inner } = await write(store, 'hello')
    expect((await readSummary(store, tag))?.conversation.own_head).toBe(innerHash(inner))
  })

  it('to oneself does not come back as a second one', async () => {
    const store = await freshStore()
    await meet(store, me.primary, 'me@kez.test')
    const message = await prepared(me, me, 'remember the milk')
    await storeOutgoing(store, message)
    await storeIncoming(store, await receivedBy(message.inner, me, me))
    expect(await store.db.count('messages')).toBe(1)
    expect((await listSummaries(store))[0]?.conversation.unread).toBe(0)
  })

  it('leaves neither its text nor the key that carries it in the clear', async () => {
    const { store } = await setUp()
    const { record } = await write(store, 'a very secret word')
    const raw = new TextDecoder('latin1').decode((await store.db.getAll('outgoing'))[0]?.box)
    for (const secret of ['secret', record.author.secret, bob.primary]) expect(raw).not.toContain(secret)
  })
})

describe('the courier of a session that has ended', () => {
  it('writes nothing any more, for what it knows may belong to another identity by now', async () => {
    const { store } = await setUp()
    const ending = new AbortController()
    const courier = outgoingStore(store, ending.signal)
    const { record } = await write(store, 'hello')
    await courier.entries()
    ending.abort()
    await expect(courier.put(record.inner_id, refusedBoth(record))).rejects.toThrow()
    expect(await outgoingStore(store, alive).entries()).toEqual([[record.inner_id, record]])
  })
})
