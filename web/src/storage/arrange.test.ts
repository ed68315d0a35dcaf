import { describe, expect, it } from 'vitest'
import { freshStore, person, receivedBy, textFrom } from '../../test/store.ts'
import { arrange, confirmHandle, endMute, listSummaries, meet, mute, readSummary } from './conversations.ts'
import { deleteConversation } from './delete-conversation.ts'
import { noDraft, readDraft, writeDraft } from './draft.ts'
import { storeIncoming } from './incoming.ts'
import { isMuted } from './muted.ts'
import type { Store } from './store.ts'

const me = person()
const bob = person()
const carol = person()

const take = async (store: Store, from = bob, text = 'hello', fromHandle?: string) => {
  const inner = textFrom(from, me, text)
  const opened = await receivedBy(fromHandle ? { ...inner, from_handle: fromHandle } : inner, from, me)
  return { opened, taken: await storeIncoming(store, opened) }
}

const only = async (store: Store) => {
  const list = await listSummaries(store)
  expect(list).toHaveLength(1)
  return list[0]?.conversation
}

describe('a conversation begun by a stranger', () => {
  it('is a request until it is accepted, however many messages come', async () => {
    const store = await freshStore()
    await take(store)
    await take(store)
    expect(await only(store)).toMatchObject({ standing: 'request', unread: 2 })
    await arrange(store, (await only(store))?.tag ?? '', { standing: 'accepted' })
    await take(store)
    expect(await only(store)).toMatchObject({ standing: 'accepted', unread: 3 })
  })

  it('stays a request when their server confirms their name, and ends as one when we look them up to write', async () => {
    const store = await freshStore()
    const { taken } = await take(store)
    await confirmHandle(store, taken.conversation ?? '', 'bob@kez.test')
    expect(await only(store)).toMatchObject({ standing: 'request', handle: 'bob@kez.test' })
    await meet(store, bob.primary, 'bob@kez.test')
    expect(await only(store)).toMatchObject({ standing: 'accepted' })
  })

  it('is one, whatever names they write under', async () => {
    const store = await freshStore()
    await take(store, bob, 'one', 'bob@kez.test')
    await take(store, bob, 'two', 'robert@other.test')
    expect(await only(store)).toMatchObject({ claimed: 'robert@other.test', unread: 2 })
    await take(store, carol, 'three', 'bob@kez.test')
    expect(await listSummaries(store)).toHaveLength(2)
  })

  it('is no request when it is a note of our own from another device', async () => {
    const store = await freshStore()
    await take(store, me)
    expect(await only(store)).toMatchObject({ standing: 'accepted' })
  })
})

describe('somebody blocked', () => {
  it('is neither stored nor counted, and their message does not come back after unblocking', async () => {
    const store = await freshStore()
    await take(store)
    const { tag = '' } = (await only(store)) ?? {}
    await arrange(store, tag, { standing: 'blocked', unread: 0 })
    const { opened, taken } = await take(store, bob, 'again')
    expect(taken).toEqual({ isNew: true })
    expect(await only(store)).toMatchObject({ standing: 'blocked', unread: 0 })
    expect(await store.db.count('messages')).toBe(1)
    await meet(store, bob.primary, 'bob@kez.test')
    expect(await only(store)).toMatchObject({ standing: 'blocked' })
    await arrange(store, tag, { standing: 'accepted' })
    expect(await storeIncoming(store, opened)).toEqual({ isNew: false })
    expect(await store.db.count('messages')).toBe(1)
  })
})

describe('a muted conversation', () => {
  it('is so until its time is over, for good, or not any more', async () => {
    const store = await freshStore()
    const tag = (await take(store)).taken.conversation ?? ''
    const isMutedAt = async (now: number) => isMuted((await only(store)) ?? {}, now)
    await mute(store, tag, { until: 1_000 })
    expect([await isMutedAt(999), await isMutedAt(1_000)]).toEqual([true, false])
    await endMute(store, tag, 999)
    expect(await only(store)).toMatchObject({ muted_until: 1_000 })
    await endMute(store, tag, 1_000)
    expect(await only(store)).not.toHaveProperty('muted_until')
    await mute(store, tag, { until: 1_000 })
    await mute(store, tag, 'for_good')
    expect([await isMutedAt(5_000), (await only(store))?.muted_until]).toEqual([true, undefined])
    await mute(store, tag, 'no')
    expect(await isMutedAt(0)).toBe(false)
  })

  it('says so to nobody who looks at the storage', async () => {
    const store = await freshStore()
    const tag = (await take(store)).taken.conversation ?? ''
    await mute(store, tag, { until: 1_234_567_890_123 })
    const row = await store.db.get('conversations', tag)
    expect(Object.keys(row ?? {})).toEqual(['tag', 'box'])
    expect(new TextDecoder('latin1').decode(row?.box)).not.toMatch(/muted|1234567890123/)
  })
})

describe('an archived conversation', () => {
  it('comes back with a new message, unless it is muted too', async () => {
    const store = await freshStore()
    const { taken } = await take(store)
    const tag = taken.conversation ?? ''
    await arrange(store, tag, { standing: 'accepted', archived: true })
    await take(store)
    expect(await only(store)).toMatchObject({ archived: false })
    await arrange(store, tag, { archived: true })
    await mute(store, tag, 'for_good')
    await take(store)
    expect(await only(store)).toMatchObject({ archived: true, muted: true, unread: 3 })
  })
})

describe('a deleted conversation', () => {
  it('leaves no message, draft or record, and none of it comes back by another way', async () => {
    const store = await freshStore()
    const { opened, taken } = await take(store)
    const tag = taken.conversation ?? ''
    await take(store, carol)
    await writeDraft(store, tag, { text: 'half a thought' })
    await deleteConversation(store, tag)
    expect(await readSummary(store, tag)).toBeUndefined()
    expect(await readDraft(store, tag)).toEqual(noDraft)
    expect(await store.db.count('messages')).toBe(1)
    expect(await storeIncoming(store, opened)).toEqual({ isNew: false })
    expect(await readSummary(store, tag)).toBeUndefined()
  })

  it('of somebody blocked keeps the block', async () => {
    const store = await freshStore()
    const { taken } = await take(store)
    const tag = taken.conversation ?? ''
    await arrange(store, tag, { standing: 'blocked' })
    await deleteConversation(store, tag)
    expect(await store.db.count('messages')).toBe(0)
    expect(await only(store)).toMatchObject({ standing: 'blocked', unread: 0 })
  })
})
