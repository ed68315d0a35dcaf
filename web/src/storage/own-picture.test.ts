import { randomBytes } from '@kez-chat/identity'
import { newVisualKey, visualKeyBody } from '@kez-chat/messaging/visual'
import { describe, expect, it } from 'vitest'
import { freshStore, person, prepared, receivedBy, textFrom } from '../../test/store.ts'
import { arrange, listConversations } from './conversations.ts'
import { readFace } from './faces.ts'
import { storeIncoming } from './incoming.ts'
import { changeOwnPicture, type OwnPicture, readOwnPicture, storeProfile } from './own-picture.ts'

const me = person()
const bob = person()

const chosen = (at: number): Partial<OwnPicture> => ({
  picture: { png: randomBytes(900), jpeg: randomBytes(2_000), visual: true, ...newVisualKey() },
  ...{ chosen_at: at, given: [] },
})

describe('the own picture', () => {
  it('is kept sealed and read as it was, and a damaged one is none', async () => {
    const store = await freshStore()
    const kept = await changeOwnPicture(store, (own) => ({ ...own, ...chosen(1) }))
    expect(await readOwnPicture(store)).toEqual(kept)
    const box = await store.db.get('device', 'picture')
    expect(Buffer.from(box ?? []).includes(kept.picture?.salt ?? '')).toBe(false)
    await store.db.put('device', randomBytes(200), 'picture')
    expect((await readOwnPicture(store)).picture).toBeUndefined()
  })

  it('is published together with the messages that carry its key; those of another key are taken back, and a newer choice wins', async () => {
    const store = await freshStore()
    const before = await changeOwnPicture(store, (own) => ({ ...own, ...chosen(1) }))
    const [one, two] = [(await prepared(me, bob, 'a')).record, (await prepared(me, bob, 'b')).record]
    expect(await storeProfile(store, before, before, [one])).toBe(true)
    expect(await store.db.count('outgoing')).toBe(1)
    const next = { ...before, ...chosen(1) }
    expect(await storeProfile(store, before, next, [two])).toBe(true)
    expect(await store.db.count('outgoing')).toBe(1)
    expect((await readOwnPicture(store)).told).toEqual([two.inner_id])
    await changeOwnPicture(store, (own) => ({ ...own, ...chosen(2) }))
    expect(await storeProfile(store, next, next, [one])).toBe(false)
    expect(await store.db.count('outgoing')).toBe(1)
  })
})

describe('the key of somebody’s picture that comes by message', () => {
  it('is kept and never shown, once there is talk with them, and not of somebody who is blocked', async () => {
    const store = await freshStore()
    const send = async () => {
      const key = newVisualKey()
      const inner = { ...textFrom(bob, me, ''), body: { ...visualKeyBody(key) } }
      return { key, taken: await storeIncoming(store, await receivedBy(inner, bob, me)) }
    }
    expect((await send()).taken).toEqual({ isNew: true })
    expect(await listConversations(store)).toEqual([])
    const { conversation: tag = '' } = await storeIncoming(store, await receivedBy(textFrom(bob, me, 'hi'), bob, me))
    const { key, taken } = await send()
    expect(taken).toEqual({ isNew: true, face: tag })
    expect((await readFace(store, tag))?.keys).toEqual([key])
    expect(await store.db.count('messages')).toBe(1)
    await arrange(store, tag, { standing: 'blocked' })
    await send()
    expect((await readFace(store, tag))?.keys).toEqual([key])
  })
})
