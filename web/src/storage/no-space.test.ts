import { afterEach, describe, expect, it } from 'vitest'
import { fillDevice } from '../../test/full-device.ts'
import { freshStore, person, prepared, readMessages, receivedBy, textFrom } from '../../test/store.ts'
import { conversationTag } from './conversation.ts'
import { listSummaries, markRead, meet, mute, readSummary } from './conversations.ts'
import { isFull } from './errors.ts'
import { storeIncoming } from './incoming.ts'
import { discardMessage, storeOutgoing } from './outgoing.ts'

const me = person()
const bob = person()

let device: ReturnType<typeof fillDevice> | undefined
afterEach(() => device?.free())

const refused = async (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    (error: unknown) => isFull(error),
  )

describe('a device without space', () => {
  it('takes nothing of a message that comes, so that it comes again as new', async () => {
    const store = await freshStore()
    const arrived = await receivedBy(textFrom(bob, me, 'hello'), bob, me)
    device = fillDevice()
    expect(await refused(storeIncoming(store, arrived))).toBe(true)
    device.free()
    expect([await listSummaries(store), await store.db.count('guard')]).toEqual([[], 0])
    expect(await storeIncoming(store, arrived)).toMatchObject({ isNew: true })
  })

  it('takes nothing of a message that is written, and what waited before can still be deleted', async () => {
    const store = await freshStore()
    const tag = await meet(store, bob.primary, 'bob@kez.test')
    const n = await storeOutgoing(store, await prepared(me, bob, 'one'))
    const before = await readSummary(store, tag)
    device = fillDevice()
    expect(await refused(storeOutgoing(store, await prepared(me, bob, 'two')))).toBe(true)
    expect(await readSummary(store, tag)).toEqual(before)
    expect(await store.db.count('outgoing')).toBe(1)
    await discardMessage(store, n)
    expect(await readMessages(store, tag, { count: 9 })).toEqual([])
  })

  it('pretends no change of a conversation', async () => {
    const store = await freshStore()
    const { conversation: tag = '' } = await storeIncoming(store, await receivedBy(textFrom(bob, me, 'hi'), bob, me))
    const before = await readSummary(store, tag)
    device = fillDevice()
    expect(await refused(mute(store, tag, 'for_good'))).toBe(true)
    expect(await refused(markRead(store, tag))).toBe(true)
    expect(await readSummary(store, tag)).toEqual(before)
  })
})

it('a message that meets a damaged record is not taken for known', async () => {
  const store = await freshStore()
  const tag = conversationTag(store.rest, bob.primary)
  await store.db.put('conversations', { tag, box: new Uint8Array(40) })
  const arrived = await receivedBy(textFrom(bob, me, 'hello'), bob, me)
  await expect(storeIncoming(store, arrived)).rejects.toMatchObject({ code: 'damaged' })
  expect(await store.db.count('guard')).toBe(0)
})
