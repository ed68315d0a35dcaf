import type { PrimaryId } from '@kez-chat/identity'
import {
  changeOf,
  createInner,
  deleteBody,
  EDIT_WINDOW_MS,
  editBody,
  innerHash,
  type MessageRef,
  type MessagingKey,
  parseBody,
  reactBody,
  type TextBody,
  timerBody,
} from '@kez-chat/messaging'
import type { MessageStatus, Prepared, ReceivedMessage } from '@kez-chat/nostr-client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshStore, person, prepared, readMessages } from '../../test/store.ts'
import { parseQuery } from '../search/match.ts'
import { conversationTag } from './conversation.ts'
import { markRead, meet, readSummary } from './conversations.ts'
import { deleteConversation } from './delete-conversation.ts'
import { storeIncoming } from './incoming.ts'
import { noteDelivery } from './note-delivery.ts'
import { discardMessage, openOutgoing, storeOutgoing } from './outgoing.ts'
import { sweepGuard } from './replay-store.ts'
import { searchMessages } from './search.ts'
import { releaseChange, storeChange } from './sent-change.ts'
import type { Store } from './store.ts'
import { sweepExpired } from './sweep-expired.ts'

const alice = person()
const bob = person()
const began = Date.now() - 3_600_000
const day = 24 * 3_600_000

/** One side of a conversation: what it stores, and the hash of what it wrote last. */
type Side = {
  readonly key: MessagingKey
  readonly other: MessagingKey
  readonly store: Store
  head: string | undefined
}

const side = async (key: MessagingKey, other: MessagingKey): Promise<Side> => {
  const store = await freshStore()
  await meet(store, other.primary, 'other@kez.test')
  return { key, other, store, head: undefined }
}
const pair = async () => ({ a: await side(alice, bob), b: await side(bob, alice) })
const tagOf = ({ store, other }: Side): string => conversationTag(store.rest, other.primary)

const prepare = async (from: Side, body: TextBody, sentAt: number): Promise<Prepared> => {
  const made = await prepared(from.key, from.other, '', { body, sentAt, ...(from.head ? { prev: from.head } : {}) })
  from.head = innerHash(made.inner)
  return made
}

/** As the courier hands it over, without the cost of sealing and opening it. */
const opened = ({ inner }: Prepared): ReceivedMessage => ({
  seen: { from: inner.from, innerId: inner.id, sentAt: Date.parse(inner.sent_at) },
  ...{ body: parseBody(inner.body), inner, outerId: '', route: 'home' },
})
const arrive = (at: Side, message: Prepared, now?: number) =>
  storeIncoming(at.store, opened(message), now === undefined ? {} : { now })

/** Something from alice that nobody sealed. */
const unsealed = (body: TextBody, i: number): ReceivedMessage => {
  const inner = createInner({
    ...{ from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, body, sentAt: began + i },
  })
  return { seen: { from: inner.from, innerId: inner.id, sentAt: began + i }, body, inner, outerId: '', route: 'home' }
}

/** Does something on one side, if it makes a difference there; what is to come to the other. */
const tryTo = async (from: Side, body: TextBody, sentAt: number): Promise<Prepared | undefined> => {
  const { head } = from
  const made = await prepare(from, body, sentAt)
  const change = changeOf({ inner: made.inner, body, sentAt })
  if (!change) await storeOutgoing(from.store, made)
  else if (!(await storeChange(from.store, made, change))) {
    from.head = head
    return undefined
  }
  return made
}
const act = async (from: Side, body: TextBody, sentAt = Date.now()): Promise<Prepared> => {
  const made = await tryTo(from, body, sentAt)
  if (!made) throw new Error('it makes no difference')
  return made
}
const say = (from: Side, text: string, sentAt?: number, more: Partial<TextBody> = {}): Promise<Prepared> =>
  act(from, { type: 'text', text, ...more }, sentAt)
const refOf = ({ inner: { id, from } }: Prepared): MessageRef => ({ id, from })

const all = (at: Side) => readMessages(at.store, tagOf(at), { count: 99 })
const shown = async (at: Side) =>
  (await all(at)).map(({ body, changes, original }) => ({
    text: body.type === 'deleted' ? '(deleted)' : body.text,
    ...(original === undefined ? {} : { original }),
    ...(changes && changes.reactions.length > 0
      ? { by: changes.reactions.map(({ emoji }) => emoji ?? '-').join() }
      : {}),
  }))
const found = async (at: Side, words: string): Promise<number> =>
  (await searchMessages(at.store, parseQuery(words), { most: 9, signal: new AbortController().signal })).length

const status = ({ record }: Prepared, state: MessageStatus['state'], reason?: string): MessageStatus => ({
  ...{ innerId: record.inner_id, to: record.to, state, relays: [], hinted: false },
  routes: { home: { ...record.home, ...(reason ? { reason } : {}) }, relay: record.relay },
})

describe('an edit', () => {
  it('gives a message another text on both sides, in search and in the list, and keeps the first', async () => {
    const { a, b } = await pair()
    const first = await say(a, 'see you at eight', began)
    await arrive(b, first)
    await arrive(b, await act(a, editBody(first.inner.id, 'see you at nine')))
    for (const one of [a, b]) {
      expect(await shown(one)).toEqual([{ text: 'see you at nine', original: 'see you at eight' }])
      expect([await found(one, 'eight'), await found(one, 'nine')]).toEqual([0, 1])
      expect((await readSummary(one.store, tagOf(one)))?.last?.body.text).toBe('see you at nine')
    }
    expect((await readSummary(b.store, tagOf(b)))?.conversation.unread).toBe(1)
  })

  it('by anybody but the author changes nothing, and neither does one that is too late', async () => {
    const { a, b } = await pair()
    const first = await say(a, 'I owe you nothing', began - 2 * day)
    await arrive(b, first, began)
    const [forged, forgedToo] = [
      await prepare(b, editBody(first.inner.id, 'I owe you'), began),
      await prepare(b, deleteBody(first.inner.id), began),
    ]
    for (const message of [forged, forgedToo]) expect(await arrive(a, message)).toMatchObject({ isNew: true })
    await arrive(b, await prepare(a, editBody(first.inner.id, 'too late'), began - 2 * day + EDIT_WINDOW_MS + 1))
    for (const one of [a, b]) expect(await shown(one)).toEqual([{ text: 'I owe you nothing' }])
    expect(await found(a, 'owe')).toBe(1)
  })

  it('of what is no text that was said does nothing', async () => {
    const { a, b } = await pair()
    const timer = await act(a, timerBody(3_600))
    await arrive(b, timer)
    await arrive(b, await prepare(a, editBody(timer.inner.id, 'x'), Date.now()))
    expect((await all(b)).map(({ body }) => body.text)).toEqual(['⏱️ 1 h'])
  })
})

describe('a deletion for everyone', () => {
  it('leaves a mark and nothing of what was said: no text, no earlier one, no reaction, no word in search', async () => {
    const { a, b } = await pair()
    const first = await say(a, 'a very secret word', began)
    await arrive(b, first)
    await arrive(b, await act(a, editBody(first.inner.id, 'another secret word')))
    await arrive(a, await act(b, reactBody(refOf(first), '😮')))
    await arrive(b, await act(a, deleteBody(first.inner.id)))
    for (const one of [a, b]) {
      expect(await shown(one)).toEqual([{ text: '(deleted)' }])
      expect(await found(one, 'secret')).toBe(0)
      expect(await one.store.db.count('words')).toBe(0)
      const summary = await readSummary(one.store, tagOf(one))
      expect(summary?.last?.body.type).toBe('deleted')
      expect(summary?.reaction).toBeUndefined()
      expect(JSON.stringify(await all(one))).not.toContain('secret')
    }
    // A copy that comes once more, by whichever way, brings nothing back.
    expect(await arrive(b, first)).toEqual({ isNew: false })
    await arrive(b, await prepare(a, editBody(first.inner.id, 'still there?'), Date.now()))
    await arrive(b, await prepare(a, reactBody(refOf(first), '👍'), Date.now()))
    expect(await shown(b)).toEqual([{ text: '(deleted)' }])
  })

  it('that comes before its message is applied when that comes, which then is not unread', async () => {
    const { a, b } = await pair()
    const first = await say(a, 'regretted', began)
    const deletion = await act(a, deleteBody(first.inner.id))
    await arrive(b, deletion)
    expect(await all(b)).toEqual([])
    await arrive(b, first)
    expect(await shown(b)).toEqual([{ text: '(deleted)' }])
    expect(await found(b, 'regretted')).toBe(0)
    expect(await b.store.db.count('changes')).toBe(0)
    expect((await readSummary(b.store, tagOf(b)))?.conversation.unread).toBe(0)
  })
})

describe('a reaction', () => {
  it('is one of each person, is not unread, and is what the list tells until something is said or it is taken back', async () => {
    const { a, b } = await pair()
    const first = await say(a, 'hello', began)
    await arrive(b, first)
    await markRead(b.store, tagOf(b))
    await arrive(a, await act(b, reactBody(refOf(first), '👍'), began + 1_000))
    await arrive(a, await act(b, reactBody(refOf(first), '🎉'), began + 2_000))
    await arrive(b, await act(a, reactBody(refOf(first), '❤️'), began + 3_000))
    for (const one of [a, b]) expect((await shown(one))[0]?.by?.split(',').toSorted()).toEqual(['❤️', '🎉'])
    const [of, at] = [await readSummary(a.store, tagOf(a)), await readSummary(b.store, tagOf(b))]
    expect(of?.reaction).toMatchObject({ own: true, emoji: '❤️' })
    expect(at?.reaction).toMatchObject({ own: false, emoji: '❤️', message: { body: { text: 'hello' } } })
    expect(at?.conversation.unread).toBe(0)
    await arrive(b, await act(a, reactBody(refOf(first)), began + 4_000))
    expect((await readSummary(b.store, tagOf(b)))?.reaction).toBeUndefined()
    await arrive(a, await act(b, reactBody(refOf(first), '🙏'), began + 5_000))
    await arrive(a, await say(b, 'and so on', began + 6_000))
    expect((await readSummary(a.store, tagOf(a)))?.reaction).toBeUndefined()
  })

  it('to a message of nobody here, or of another conversation, does nothing', async () => {
    const { a, b } = await pair()
    const first = await say(a, 'hello', began)
    await arrive(b, first)
    const carol = person()
    await meet(a.store, carol.primary, 'carol@kez.test')
    const stranger: Side = { key: carol, other: alice, store: b.store, head: undefined }
    await arrive(a, await prepare(stranger, reactBody(refOf(first), '💩'), Date.now()))
    await arrive(a, await prepare(b, reactBody({ id: first.inner.id, from: carol.primary }, '💩'), Date.now()))
    expect(await shown(a)).toEqual([{ text: 'hello' }])
  })
})

describe('what comes before the message that it is about', () => {
  it('is bounded, the oldest go, and is forgotten with the conversation or when that message cannot come any more', async () => {
    const { a, b } = await pair()
    for (let i = 0; i < 260; i++)
      await storeIncoming(b.store, unsealed(deleteBody(i.toString(16).padStart(32, '0')), i))
    expect(await b.store.db.count('changes')).toBe(256)
    await deleteConversation(b.store, tagOf(b))
    expect(await b.store.db.count('changes')).toBe(0)
    await meet(b.store, alice.primary, 'alice@kez.test')
    await arrive(b, await prepare(a, deleteBody('ab'.repeat(16)), began))
    await sweepGuard(b.store.db, Date.now() + 39 * day)
    expect(await b.store.db.count('changes')).toBe(0)
  })

  it('by somebody of whom nothing is here begins no conversation', async () => {
    const { a, b } = await pair()
    await deleteConversation(b.store, tagOf(b))
    const first = await say(a, 'hello', began)
    await arrive(b, await act(a, editBody(first.inner.id, 'hello!')))
    expect(await b.store.db.count('conversations')).toBe(0)
    await arrive(b, first)
    expect(await shown(b)).toEqual([{ text: 'hello!', original: 'hello' }])
  })
})

describe('both sides', () => {
  const step = fc.record({
    who: fc.constantFrom('a', 'b'),
    what: fc.constantFrom('say', 'say', 'edit', 'edit', 'react', 'react', 'delete', 'timer'),
    to: fc.nat(30),
    // Few times, so that ids have to decide.
    at: fc.nat(3),
    emoji: fc.constantFrom('👍', '❤️', undefined),
    ttl: fc.constantFrom(0, 3_600, 86_400),
    fast: fc.boolean(),
  })
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
  const script = fc.array(step, { minLength: 4, maxLength: 14 }).chain((steps) => {
    const places = steps.map((_, i) => i)
    const order = fc.shuffledSubarray(places, { minLength: places.length })
    return fc.record({ steps: fc.constant(steps), order, again: fc.array(fc.nat(places.length - 1), { maxLength: 4 }) })
  })

  /** What is done, as a body: to one's own messages, and, with a reaction, to any. */
  const bodyOf = (
    { what, to, at, emoji, ttl }: Step,
    mine: readonly Prepared[],
    any: readonly Prepared[],
  ): TextBody => {
    const [own, some] = [mine[to % Math.max(1, mine.length)], any[to % Math.max(1, any.length)]]
    if (what === 'timer') return timerBody(ttl)
    if (what === 'edit' && own) return editBody(own.inner.id, `edited ${to}`)
    if (what === 'delete' && own) return deleteBody(own.inner.id)
    if (what === 'react' && some) return reactBody(refOf(some), emoji)
    return { type: 'text', text: `words ${at}` }
  }

  const view = async (at: Side) => {
    const rows = await all(at)
    const line = (primary: PrimaryId) =>
      rows
        .filter(({ delivery }) => (delivery ? at.key : at.other).primary === primary)
        .map(({ inner_id: id, body, changes, original }) => ({ id, body, changes, original }))
    const { ttl, at: since, id } = (await readSummary(at.store, tagOf(at)))?.conversation.timer ?? {}
    return { alice: line(alice.primary), bob: line(bob.primary), timer: { ttl, since, id } }
  }

  it('end the same, whatever both do at the same time, in whatever order and however often it comes', async () => {
    await fc.assert(
      fc.asyncProperty(script, async ({ steps, order, again }) => {
        const { a, b } = await pair()
        const said: Prepared[] = []
        const sent: { readonly to: Side; readonly message: Prepared }[] = []
        for (const one of steps) {
          const [from, to] = one.who === 'a' ? [a, b] : [b, a]
          const mine = said.filter(({ inner }) => inner.from === from.key.primary)
          const body = bodyOf(one, mine, said)
          const message = await tryTo(from, body, began + one.at)
          if (!message) continue
          if (body.text.startsWith('words')) said.push(message)
          sent.push({ to, message })
          if (one.fast) await arrive(to, message)
        }
        for (const i of [...order, ...again]) {
          const one = sent[i]
          if (one) await arrive(one.to, one.message)
        }
        expect(await view(b)).toEqual(await view(a))
        expect((await all(a)).concat(await all(b)).filter(({ gap }) => gap)).toEqual([])
        expect(
          (await a.store.db.getAll('changes')).concat(await b.store.db.getAll('changes')).filter(({ inner }) => !inner),
        ).toEqual([])
      }),
      { numRuns: 15 },
    )
  })
})

describe('what is missing', () => {
  it('shows before the next message, also when what follows it directly is not shown', async () => {
    const { a, b } = await pair()
    const [one, lost] = [await say(a, 'one', began), await say(a, 'lost', began + 1_000)]
    const edit = await act(a, editBody(one.inner.id, 'one!'), began + 2_000)
    const two = await say(a, 'two', began + 3_000)
    const gaps = async () => (await all(b)).map(({ body, gap }) => `${body.text}${gap ? ' (gap)' : ''}`)
    for (const message of [one, edit, two]) await arrive(b, message)
    expect(await gaps()).toEqual(['one!', 'two (gap)'])
    await arrive(b, lost)
    expect(await gaps()).toEqual(['one!', 'lost', 'two'])
    const reaction = await act(a, reactBody(refOf(two), '👍'), began + 4_000)
    await arrive(b, await say(a, 'three', began + 5_000))
    expect(await gaps()).toEqual(['one!', 'lost', 'two', 'three (gap)'])
    await arrive(b, reaction)
    expect(await gaps()).toEqual(['one!', 'lost', 'two', 'three'])
  })
})

describe('a change of ours', () => {
  it('is told with its message until something has taken it; refused by all it says so, and goes again as the same bytes', async () => {
    const { a } = await pair()
    const first = await say(a, 'hello', began)
    const edit = await act(a, editBody(first.inner.id, 'hello!'))
    const unsent = async () => (await all(a))[0]?.unsent
    expect(await unsent()).toEqual([{ id: edit.inner.id, kind: 'edit', state: 'sending' }])
    expect(await noteDelivery(a.store, status(edit, 'failed', 'not_found'), Date.now())).toBe(tagOf(a))
    expect(await unsent()).toEqual([{ id: edit.inner.id, kind: 'edit', state: 'failed', code: 'not_found' }])
    expect(await releaseChange(a.store, edit.inner.id, Date.now())).toBe(true)
    const waiting = (await a.store.db.getAll('outgoing')).map((row) => openOutgoing(a.store.rest, row).record)
    expect(waiting.map(({ envelope }) => envelope)).toContainEqual(edit.record.envelope)
    await noteDelivery(a.store, status(edit, 'sent'), Date.now())
    expect(await unsent()).toBeUndefined()
    expect(await a.store.db.count('changes')).toBe(0)
    expect(await noteDelivery(a.store, status(edit, 'delivered'), Date.now())).toBeUndefined()
  })

  it('is not sent when its message is deleted here before, and its message is the one that fails by itself', async () => {
    const { a } = await pair()
    const first = await say(a, 'hello', began)
    await act(a, editBody(first.inner.id, 'hello!'))
    const [{ n = 0 } = {}] = await all(a)
    await discardMessage(a.store, n)
    expect([await a.store.db.count('outgoing'), await a.store.db.count('changes')]).toEqual([0, 0])
  })

  it('that would change nothing is not sent', async () => {
    const { a, b } = await pair()
    const first = await say(a, 'hello', began)
    const late = await prepare(a, editBody(first.inner.id, 'x'), began + EDIT_WINDOW_MS + 1)
    const change = changeOf({
      inner: late.inner,
      body: { ...editBody(first.inner.id, 'x') },
      sentAt: began + EDIT_WINDOW_MS + 1,
    })
    expect(change && (await storeChange(a.store, late, change))).toBe(false)
    expect(await a.store.db.count('outgoing')).toBe(1)
    expect(await shown(b)).toEqual([])
  })
})

describe('a message that vanishes', () => {
  it('is deleted on both sides at its time, with its words, its envelope and what was done to it, read or not', async () => {
    const { a, b } = await pair()
    const first = await say(a, 'psst secret', began, { ttl: 7_200 })
    const stays = await say(a, 'this stays', began + 1_000)
    for (const message of [first, stays]) await arrive(b, message)
    await act(a, editBody(first.inner.id, 'psst secrets', { ttl: 60 }))
    const end = began + 7_200_000
    for (const one of [a, b]) {
      expect(await sweepExpired(one.store, end - 1)).toEqual({ conversations: [], next: end })
      expect(await sweepExpired(one.store, end)).toEqual({ conversations: [tagOf(one)], next: undefined })
      expect(await shown(one)).toEqual([{ text: 'this stays' }])
      expect(await found(one, 'secret')).toBe(0)
      expect(await one.store.db.count('changes')).toBe(0)
    }
    expect(await a.store.db.count('outgoing')).toBe(1)
    expect((await readSummary(b.store, tagOf(b)))?.conversation.unread).toBe(1)
    expect(await arrive(b, first, end)).toEqual({ isNew: false })
  })

  it('before it comes is never shown, and leaves no gap', async () => {
    const { a, b } = await pair()
    const sent = [
      await say(a, 'one', began),
      await say(a, 'psst', began + 1, { ttl: 60 }),
      await say(a, 'two', began + 2),
    ]
    for (const message of sent) await arrive(b, message, Date.now())
    expect(await shown(b)).toEqual([{ text: 'one' }, { text: 'two' }])
    expect((await all(b)).some(({ gap }) => gap)).toBe(false)
  })

  it('follows the timer that was set last, whoever set it and whichever came first; the line stays', async () => {
    const { a, b } = await pair()
    const [early, late] = [await act(a, timerBody(3_600), began), await act(b, timerBody(86_400), began + 1)]
    await arrive(b, early)
    await arrive(a, late)
    for (const one of [a, b]) {
      const summary = await readSummary(one.store, tagOf(one))
      expect(summary?.conversation).toMatchObject({ timer: { ttl: 86_400, own: one === b }, unread: 0 })
      expect((await shown(one)).map(({ text }) => text).toSorted()).toEqual(['⏱️ 1 d', '⏱️ 1 h'])
    }
  })

  it('in the hundreds goes within one sweep', async () => {
    const { b } = await pair()
    for (let i = 0; i < 120; i++) await storeIncoming(b.store, unsealed({ type: 'text', text: `${i}`, ttl: 7_200 }, i))
    expect(await sweepExpired(b.store, began + 8_000_000)).toMatchObject({ next: undefined })
    expect(await b.store.db.count('messages')).toBe(0)
  })
})
