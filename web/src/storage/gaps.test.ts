import { innerHash } from '@kez-chat/messaging'
import { describe, expect, it } from 'vitest'
import { freshStore, person, readMessages, receivedBy, textFrom } from '../../test/store.ts'
import { conversationTag } from './conversation.ts'
import { storeIncoming } from './incoming.ts'

const me = person()
const bob = person()
const began = Date.now() - 60_000

/** What bob writes, each after the one before. */
const written = (count: number) => {
  const list = [textFrom(bob, me, '0', began)]
  for (let i = 1; i < count; i++) {
    const before = list.at(-1)
    list.push(textFrom(bob, me, String(i), began + i * 1_000, before && innerHash(before)))
  }
  return list
}

const shownAfter = async (order: readonly number[]) => {
  const store = await freshStore()
  const list = written(6)
  for (const i of order) {
    const inner = list[i]
    if (inner) await storeIncoming(store, await receivedBy(inner, bob, me))
  }
  const messages = await readMessages(store, conversationTag(store.rest, bob.primary), { count: 9 })
  return messages.map(({ body, gap }) => `${body.text}${gap ? '!' : ''}`)
}

describe('a message whose predecessor is not here', () => {
  it.each([
    { what: 'is marked', order: [0, 1, 3], shown: ['0', '1', '3!'] },
    { what: 'is not marked any more once it has come', order: [0, 1, 3, 2], shown: ['0', '1', '2', '3'] },
    { what: 'is marked where each piece is missing', order: [0, 2, 4], shown: ['0', '2!', '4!'] },
    { what: 'is not marked where this device begins', order: [2, 3], shown: ['2', '3'] },
    { what: 'is marked when something still earlier comes', order: [2, 0], shown: ['0', '2!'] },
    { what: 'is marked once, although copies come', order: [0, 2, 2, 0], shown: ['0', '2!'] },
  ])('$what ($order)', async ({ order, shown }) => {
    expect(await shownAfter(order)).toEqual(shown)
  })
})
