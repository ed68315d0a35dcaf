import type { InboxMessage } from '@kez-chat/contracts'
import { createInner, type MessagingKey } from '@kez-chat/messaging'
import { describe, expect, it } from 'vitest'
import { arrival, freshStore, person, textFrom } from '../../test/store.ts'
import { listSummaries } from '../storage/conversations.ts'
import { readCursor } from '../storage/incoming.ts'
import type { Store } from '../storage/store.ts'
import { listUnopened } from '../storage/unopened.ts'
import { receive as receiveAt } from './receive.ts'

const me = person()
const bob = person()
const stranger = person()

const receive = (store: Store, key: MessagingKey, message: InboxMessage) => receiveAt(store, key, message, Date.now())

describe('what arrives', () => {
  it('is opened and shown', async () => {
    const store = await freshStore()
    await receive(store, me, await arrival(textFrom(bob, me, 'hello'), bob, 1))
    expect((await listSummaries(store))[0]?.last?.body.text).toBe('hello')
  })

  it.each([
    ['sealed for somebody else', async () => arrival(textFrom(bob, stranger, 'x'), bob, 1), 'undecryptable'],
    ['far too old', async () => arrival(textFrom(bob, me, 'x', Date.now() - 8 * 86_400_000), bob, 1), 'too_old'],
    ['from the future', async () => arrival(textFrom(bob, me, 'x', Date.now() + 600_000), bob, 1), 'too_new'],
    [
      'of another version',
      async () => ({ ...(await arrival(textFrom(bob, me, 'x'), bob, 1)), envelope: { v: 3 } }),
      'unknown_version',
    ],
    [
      'without an envelope',
      async () => ({ ...(await arrival(textFrom(bob, me, 'x'), bob, 1)), envelope: undefined }),
      'malformed',
    ],
  ])('and is %s is kept with the reason, and does not hold up the next', async (_what, make, reason) => {
    const store = await freshStore()
    const { envelope, ...facts } = await make()
    const unopened = await receive(store, me, { ...facts, ...(envelope ? { envelope } : {}) })
    expect(unopened).toEqual({ unopened: true })
    expect(await listUnopened(store)).toMatchObject([{ reason, message: { seq: 1 } }])
    expect(await readCursor(store)).toBe(1)
    await receive(store, me, await arrival(textFrom(bob, me, 'next'), bob, 2))
    expect((await listSummaries(store))[0]?.last?.body.text).toBe('next')
  })

  it.each([86_400_000, -86_400_000])(
    'is judged by the server’s time, not by a clock that is %i ms off',
    async (ahead) => {
      const store = await freshStore()
      const there = Date.now() + ahead
      const message = {
        ...(await arrival(textFrom(bob, me, 'hello', there), bob, 1)),
        received_at: new Date(there).toISOString(),
      }
      expect(await receiveAt(store, me, message, there)).toMatchObject({ conversation: expect.any(String) })
    },
  )

  it('and has a body of a later version is kept whole', async () => {
    const store = await freshStore()
    const body = { type: 'kez-poll-v9', question: 'when?' }
    const draft = { from: bob.primary, fromHandle: 'bob@kez.test', to: me.primary, body, sentAt: Date.now() }
    await receive(store, me, await arrival(createInner(draft), bob, 1))
    expect((await listSummaries(store))[0]?.last?.body).toEqual(body)
  })

  it('in a relay event is opened too, also when a stranger carried it to the home server first', async () => {
    const store = await freshStore()
    const carrier = 'ab'.repeat(32)
    const said = async (seq: number, text: string, pubkey: string) => {
      const inner = createInner({
        ...{ from: bob.primary, fromHandle: 'bob@kez.test', to: me.primary, sentAt: Date.now(), authors: [carrier] },
        body: { type: 'text', text },
      })
      const { envelope, ...facts } = await arrival(inner, bob, seq)
      return { ...facts, event: { content: JSON.stringify(envelope), pubkey } }
    }
    const captured = await said(1, 'captured', 'cd'.repeat(32))
    await receive(store, me, captured)
    const last = async () => (await listSummaries(store))[0]
    expect((await last())?.last?.body.text).toBe('captured')
    await receive(store, me, { ...captured, seq: 2 })
    await receive(store, me, await said(3, 'by relay', carrier))
    expect(await last()).toMatchObject({ conversation: { unread: 2 }, last: { body: { text: 'by relay' } } })
    expect(await listUnopened(store)).toEqual([])
  })
})
