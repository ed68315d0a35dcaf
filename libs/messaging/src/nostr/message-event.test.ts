import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf } from '../address.ts'
import { outerId } from '../envelope.ts'
import { MessageError } from '../errors.ts'
import { createInner } from '../inner.ts'
import { messagingKeyFromSeed } from '../messaging-key.ts'
import { open } from '../open.ts'
import { seal } from '../seal.ts'
import { createAuthorKey } from '../transport-key.ts'
import { checkEventTime } from './event-time.ts'
import { addressOfEvent, createMessageEvent, readMessageEvent, wakes } from './message-event.ts'
import { signEvent, verifyNostrEvent } from './sign-event.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1))
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2))
const now = Date.parse('2026-05-25T03:00:00Z')
const DAY = 86_400_000
const author = createAuthorKey()
const inner = createInner({
  ...{ from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, sentAt: now },
  ...{ body: { type: 'text', text: 'hi' }, authors: [author.publicKey] },
})
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })
const q = ['q', addressOf(bob.primary)]
const event = (tags: string[][], change: { kind?: number; content?: string; at?: number } = {}) =>
  signEvent({ kind: change.kind ?? 4242, tags, content: change.content ?? '{}' }, change.at ?? now, author)

describe('a message event', () => {
  it('carries the sealed bytes of every route to its recipient', async () => {
    const envelope = await seal(inner, alice)
    const made = createMessageEvent({ envelope, to: bob.primary, at: now }, author)
    verifyNostrEvent(made)
    const carried = readMessageEvent(made)
    expect(made).toMatchObject({ kind: 4242, pubkey: author.publicKey, tags: [q] })
    expect(carried).toEqual({ address: addressOf(bob.primary), wake: true, envelope })
    expect(outerId(carried.envelope)).toBe(outerId(envelope))
    expect((await open(carried.envelope, bob, { now, carriedBy: made.pubkey })).inner).toEqual(inner)
    const captured = createMessageEvent({ envelope, to: bob.primary, at: now }, createAuthorKey())
    await expect(open(readMessageEvent(captured).envelope, bob, { now, carriedBy: captured.pubkey })).rejects.toThrow(
      code('wrong_carrier'),
    )
  })

  it('says whether it wakes and when it expires', () => {
    const made = createMessageEvent({ envelope: {}, to: bob.primary, at: now, wake: false, expiresAt: now + 1 }, author)
    expect(made.tags).toEqual([q, ['wake', '0'], ['expiration', String(now / 1_000 + 1)]])
    expect(readMessageEvent(made)).toMatchObject({ wake: false, expiresAt: now + 1_000 })
    expect(wakes(event([q, ['wake', '1']]))).toBe(true)
    expect(wakes(event([q], { kind: 4244 }))).toBe(false)
  })

  it.each<[string, ReturnType<typeof event>, string]>([
    ['of another kind', event([q], { kind: 4244 }), 'wrong_kind'],
    ['for nobody', event([]), 'malformed'],
    ['for two', event([q, ['q', addressOf(alice.primary)]]), 'malformed'],
    ['for the same one twice', event([q, q]), 'malformed'],
    ['for what is no address', event([['q', 'bob']]), 'malformed'],
    ['that expires at no time', event([q, ['expiration', '1e9']]), 'malformed'],
    ['with a list in it', event([q], { content: '[]' }), 'malformed'],
    ['with text in it', event([q], { content: 'hi' }), 'malformed'],
  ])('%s is refused', (_, made, expected) => {
    expect(() => readMessageEvent(made)).toThrow(code(expected))
  })

  it('has its address in an acknowledgement too, and in nothing else', () => {
    expect(addressOfEvent(event([q], { kind: 4244 }))).toBe(addressOf(bob.primary))
    expect(() => addressOfEvent(event([q], { kind: 1 }))).toThrow(code('wrong_kind'))
  })

  it('of any tags and content is read or refused with errors of this library', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('q', 'wake', '0', 'expiration', '17', addressOf(bob.primary)))
    const content = fc.oneof(fc.json(), fc.string())
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 1, maxLength: 3 })), content, (tags, content) => {
        const made = { id: '', sig: '', pubkey: '', created_at: 0, kind: 4242, tags, content }
        for (const read of [readMessageEvent, addressOfEvent, (e: typeof made) => checkEventTime(e, now)]) {
          try {
            read(made)
          } catch (error) {
            expect(error).toBeInstanceOf(MessageError)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('the time of an event', () => {
  const at = (at: number, kind: number, tags: string[][] = []) => checkEventTime(event(tags, { at, kind }), now)

  it.each([4242, 4244])('of kind %i is at most 7 days back and 5 minutes ahead', (kind) => {
    expect(() => at(now - 7 * DAY, kind)).not.toThrow()
    expect(() => at(now - 7 * DAY - 1_000, kind)).toThrow(code('too_old'))
    expect(() => at(now + 300_000, kind)).not.toThrow()
    expect(() => at(now + 301_000, kind)).toThrow(code('too_new'))
  })

  it.each([0, 10_002, 10_050, 30_078])('of kind %i may be any', (kind) => {
    expect(() => at(now - 1_000 * DAY, kind)).not.toThrow()
    expect(() => at(now + DAY, kind)).not.toThrow()
  })

  it('ends with its expiration, whatever the kind', () => {
    const until = (ms: number) => [['expiration', String(ms / 1_000)]]
    for (const kind of [0, 4242, 4244]) {
      expect(() => at(now, kind, until(now + 1_000))).not.toThrow()
      expect(() => at(now, kind, until(now))).toThrow(code('expired'))
      expect(() => at(now, kind, [['expiration', 'soon']])).toThrow(code('malformed'))
    }
  })
})
