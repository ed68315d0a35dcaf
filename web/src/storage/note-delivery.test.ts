import type { MessageStatus } from '@kez-chat/nostr-client'
import { describe, expect, it } from 'vitest'
import { freshStore, person, prepared, readMessages } from '../../test/store.ts'
import { meet } from './conversations.ts'
import { noteDelivery } from './note-delivery.ts'
import { storeOutgoing } from './outgoing.ts'

const me = person()
const bob = person()
const route = { state: 'waiting' as const, at: 1, attempts: 0, next_at: 1 }

const setUp = async () => {
  const store = await freshStore()
  const tag = await meet(store, bob.primary, 'bob@kez.test')
  const message = await prepared(me, bob, 'hello')
  await storeOutgoing(store, message)
  const status = (change: Partial<MessageStatus>): MessageStatus => ({
    ...{ innerId: message.inner.id, to: bob.primary, state: 'sending', relays: [], hinted: false },
    ...{ routes: { home: route, relay: route } },
    ...change,
  })
  const note = (change: Partial<MessageStatus>, now: number) => noteDelivery(store, status(change), now)
  const delivery = async () => (await readMessages(store, tag, { count: 1 }))[0]?.delivery
  return { store, tag, status, note, delivery }
}

describe('how a message stands', () => {
  it('is kept with each way and each relay by itself, and when the state changed', async () => {
    const { note, delivery, tag } = await setUp()
    const sent = { ...route, state: 'sent' as const, via: 'wss://a.org', at: 5 }
    const relays = [
      { relay: 'wss://a.org', state: 'accepted' as const, at: 5 },
      { relay: 'wss://b.org', state: 'refused' as const, at: 6, reason: 'blocked: no' },
    ]
    expect(await note({ state: 'sent', via: 'wss://a.org', routes: { home: route, relay: sent }, relays }, 10)).toBe(
      tag,
    )
    await note({ state: 'sent', via: 'wss://a.org', routes: { home: { ...route, attempts: 1 }, relay: sent } }, 20)
    expect(await delivery()).toMatchObject({ state: 'sent', at: 10, via: 'wss://a.org', relays })
    await note({ state: 'delivered', delivered: { at: 30, via: 'home' } }, 31)
    expect(await delivery()).toMatchObject({ state: 'delivered', at: 31, delivered: { at: 30, via: 'home' }, relays })
  })

  it('does not forget that a relay took it when that relay says nothing the next time', async () => {
    const { note, delivery } = await setUp()
    await note({ relays: [{ relay: 'wss://a.org', state: 'accepted', at: 5 }] }, 5)
    await note({ relays: [{ relay: 'wss://a.org', state: 'timeout', at: 9 }] }, 9)
    expect((await delivery())?.relays).toEqual([{ relay: 'wss://a.org', state: 'accepted', at: 5 }])
  })

  it('names why it failed: in the words of the home server, or that it grew too old', async () => {
    const { note, delivery } = await setUp()
    const refused = { ...route, state: 'refused' as const, reason: 'not_found' }
    await note({ state: 'failed', routes: { home: refused, relay: { ...refused, reason: 'no_route' } } }, Date.now())
    expect(await delivery()).toMatchObject({ state: 'failed', code: 'not_found' })
    await note({ state: 'failed' }, Date.now() + 8 * 24 * 3_600_000)
    expect(await delivery()).toMatchObject({ state: 'failed', code: 'expired' })
  })

  it('of an unsigned confirmation is a hint and no delivery', async () => {
    const { note, delivery } = await setUp()
    await note({ state: 'sent', hinted: true }, 5)
    expect(await delivery()).toMatchObject({ state: 'sent', hinted: true })
  })

  it('of a message that is gone is nothing', async () => {
    const { store, status } = await setUp()
    expect(await noteDelivery(store, { ...status({}), innerId: '00'.repeat(16) }, 5)).toBeUndefined()
  })
})
