import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Change,
  type Changes,
  changeOf,
  DELETE_WINDOW_MS,
  EDIT_WINDOW_MS,
  MAX_VERSIONS,
  mayChange,
  noChanges,
  withChange,
} from './changes.ts'
import { createInner } from './inner.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { deleteBody, editBody, reactBody, timerBody } from './quiet-bodies.ts'
import type { TextBody } from './text-body.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1)).primary
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2)).primary
const sentAt = Date.parse('2026-05-25T03:00:00Z')
const target = { id: 'ab'.repeat(16), from: alice }
const message = { from: alice, at: sentAt, isText: true }

const done = (from: typeof alice, body: TextBody, at = sentAt + 1_000): Change => {
  const inner = createInner({ from, fromHandle: 'alice@kez.test', to: from === alice ? bob : alice, body, sentAt: at })
  const change = changeOf({ inner, body, sentAt: at })
  if (!change) throw new Error('it does something')
  return change
}
const all = (changes: readonly Change[]): Changes => changes.reduce(withChange, noChanges)

describe('a change', () => {
  it('of what is said is none', () => {
    const body: TextBody = { type: 'text', text: 'hi', reply: target }
    const inner = createInner({ from: alice, fromHandle: 'alice@kez.test', to: bob, body, sentAt })
    expect(changeOf({ inner, body, sentAt })).toBeUndefined()
    expect(changeOf({ inner, body: timerBody(60), sentAt })).toBeUndefined()
  })

  it('that edits or deletes is about a message of its own author, whatever it names', () => {
    const forged = { ...editBody(target.id, 'I owe you'), edit: { id: target.id, from: alice } }
    expect(done(bob, forged)).toMatchObject({ kind: 'edit', target: { id: target.id, from: bob } })
    expect(done(bob, deleteBody(target.id))).toMatchObject({ kind: 'delete', target: { from: bob } })
  })

  it('by anybody but the author is refused, but for a reaction', () => {
    expect(mayChange(message, { ...done(bob, editBody(target.id, 'I owe you')), target })).toBe(false)
    expect(mayChange(message, { ...done(bob, deleteBody(target.id)), target })).toBe(false)
    expect(mayChange(message, done(bob, reactBody(target, '👍')))).toBe(true)
  })

  it.each([
    { what: editBody(target.id, 'x'), window: EDIT_WINDOW_MS },
    { what: deleteBody(target.id), window: DELETE_WINDOW_MS },
  ])('is made within its window by sent_at: $window ms', ({ what, window }) => {
    expect(mayChange(message, done(alice, what, sentAt + window))).toBe(true)
    expect(mayChange(message, done(alice, what, sentAt + window + 1))).toBe(false)
    // A clock that was put right in between.
    expect(mayChange(message, done(alice, what, sentAt - 5 * 60_000))).toBe(true)
    expect(mayChange(message, done(alice, what, sentAt - 5 * 60_000 - 1))).toBe(false)
  })

  it('gives another text only to a text', () => {
    expect(mayChange({ ...message, isText: false }, done(alice, editBody(target.id, 'x')))).toBe(false)
    expect(mayChange({ ...message, isText: false }, done(alice, deleteBody(target.id)))).toBe(true)
  })
})

describe('what was done to a message', () => {
  const changes = fc.array(
    fc.record({
      from: fc.constantFrom(alice, bob),
      body: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c').map((text) => editBody(target.id, text)) },
        { weight: 6, arbitrary: fc.constantFrom('👍', '❤️', undefined).map((emoji) => reactBody(target, emoji)) },
        { weight: 1, arbitrary: fc.constant(deleteBody(target.id)) },
      ),
      // Few times, so that ids have to decide.
      at: fc.integer({ min: 0, max: 4 }).map((n) => sentAt + n),
    }),
    { maxLength: 30 },
  )

  it('ends the same, in whatever order changes come and however often', () => {
    const orders = changes.chain((list) => {
      const made = list.map(({ from, body, at }) => done(from, body, at)).filter((change) => mayChange(message, change))
      const again = fc.subarray(made)
      const shuffled = fc.shuffledSubarray(made, { minLength: made.length })
      return fc.tuple(fc.constant(made), shuffled, again)
    })
    fc.assert(
      fc.property(orders, ([made, shuffled, again]) => {
        expect(all([...shuffled, ...again])).toEqual(all(made))
        const deleted = made.some(({ kind }) => kind === 'delete')
        expect(all(made).deleted !== undefined).toBe(deleted)
        if (deleted) expect(all(made)).toMatchObject(noChanges)
      }),
      { numRuns: 200 },
    )
  })

  it('keeps the latest texts, and of each person what they thought last', () => {
    const many = Array.from({ length: 50 }, (_, i) => done(alice, editBody(target.id, `${i}`), sentAt + i))
    const { versions } = all(many.toReversed())
    expect(versions).toHaveLength(MAX_VERSIONS)
    expect([versions[0]?.text, versions.at(-1)?.text]).toEqual(['30', '49'])
    const said = [
      done(bob, reactBody(target, '👍'), sentAt + 1),
      done(alice, reactBody(target, '🎉'), sentAt + 2),
      done(bob, reactBody(target), sentAt + 3),
    ]
    expect(all(said).reactions.map(({ emoji }) => emoji)).toEqual(alice < bob ? ['🎉', undefined] : [undefined, '🎉'])
  })
})
