import { innerHash, seal } from '@kez-chat/messaging'
import { describe, expect, it } from 'vitest'
import { freshStore, openedBy, person, readMessages, textFrom } from '../../test/store.ts'
import { listSummaries, meet, readSummary } from './conversations.ts'
import { storeIncoming } from './incoming.ts'
import { discardMessage, listPending, settle, storeOutgoing } from './outgoing.ts'
import type { Store } from './store.ts'

const me = person()
const bob = person()

const write = async (store: Store, text: string) => {
  const inner = textFrom(me, bob, text)
  const envelope = await seal(inner, me)
  return { inner, envelope, pending: await storeOutgoing(store, inner, { to: 'bob@kez.test', envelope }) }
}

describe('a message that is written', () => {
  it('waits with the very envelope that will be sent, and shows as sending', async () => {
    const store = await freshStore()
    const tag = await meet(store, bob.primary, 'bob@kez.test')
    const { envelope } = await write(store, 'hello')
    expect(await listPending(store)).toMatchObject([{ envelope, to: 'bob@kez.test', conversation: tag }])
    expect(await readMessages(store, tag, { count: 1 })).toMatchObject([{ delivery: { state: 'sending' } }])
  })

  it('stops waiting once it is sent', async () => {
    const store = await freshStore()
    const tag = await meet(store, bob.primary, 'bob@kez.test')
    const { pending } = await write(store, 'hello')
    await settle(store, pending.n, { state: 'sent', at: 5 })
    expect(await listPending(store)).toEqual([])
    expect(await readMessages(store, tag, { count: 1 })).toMatchObject([{ delivery: { state: 'sent', at: 5 } }])
  })

  it('is held back after a refusal, and the same envelope goes out when it is tried again', async () => {
    const store = await freshStore()
    const tag = await meet(store, bob.primary, 'bob@kez.test')
    const { pending, envelope } = await write(store, 'hello')
    await settle(store, pending.n, { state: 'failed', at: 6, code: 'mailbox_full' })
    expect(await listPending(store)).toEqual([])
    expect((await readMessages(store, tag, { count: 1 }))[0]?.delivery).toEqual({
      state: 'failed',
      at: 6,
      code: 'mailbox_full',
    })
    await settle(store, pending.n, { state: 'sending', at: 7 })
    expect(await listPending(store)).toMatchObject([{ envelope }])
  })

  it('is not marked failed by a late answer after it was sent', async () => {
    const store = await freshStore()
    const tag = await meet(store, bob.primary, 'bob@kez.test')
    const { pending } = await write(store, 'hello')
    await settle(store, pending.n, { state: 'sent', at: 5 })
    await settle(store, pending.n, { state: 'failed', at: 6, code: 'internal' })
    expect((await readMessages(store, tag, { count: 1 }))[0]?.delivery?.state).toBe('sent')
  })

  it('is gone with its envelope when it is deleted', async () => {
    const store = await freshStore()
    const tag = await meet(store, bob.primary, 'bob@kez.test')
    const { pending } = await write(store, 'hello')
    await discardMessage(store, pending.n)
    expect(await listPending(store)).toEqual([])
    expect(await readMessages(store, tag, { count: 1 })).toEqual([])
  })

  it('is remembered as the one that the next message follows', async () => {
    const store = await freshStore()
    const tag = await meet(store, bob.primary, 'bob@kez.test')
    const { inner } = await write(store, 'hello')
    expect((await readSummary(store, tag))?.conversation.own_head).toBe(innerHash(inner))
  })

  it('to oneself does not come back as a second one', async () => {
    const store = await freshStore()
    await meet(store, me.primary, 'me@kez.test')
    const inner = textFrom(me, me, 'remember the milk')
    await storeOutgoing(store, inner, { to: 'me@kez.test', envelope: await seal(inner, me) })
    await storeIncoming(store, 1, await openedBy(inner, me, me))
    expect(await store.db.count('messages')).toBe(1)
    expect((await listSummaries(store))[0]?.conversation.unread).toBe(0)
  })
})
