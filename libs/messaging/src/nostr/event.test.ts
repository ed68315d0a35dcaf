import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessageError } from '../errors.ts'
import { createAuthorKey } from '../transport-key.ts'
import { eventBytes, MAX_EVENT_BYTES, parseNostrEvent } from './event.ts'
import { signEvent, verifyNostrEvent } from './sign-event.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const author = createAuthorKey()
const good = signEvent({ kind: 1, tags: [['t', 'x', ''], ['u']], content: 'grüße "\n' }, now, author)
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

describe('an event', () => {
  it('is read as it was signed, from text, bytes or a value, without what a relay put beside it', () => {
    const text = JSON.stringify({ ...good, ots: 'x', seen_on: ['relay'] })
    for (const input of [text, new TextEncoder().encode(text), JSON.parse(text)]) {
      const event = parseNostrEvent(input)
      expect(event).toEqual(good)
      expect(() => verifyNostrEvent(event)).not.toThrow()
    }
    expect(good).toMatchObject({ pubkey: author.publicKey, created_at: now / 1_000 })
    expect(eventBytes(good)).toBe(Buffer.byteLength(JSON.stringify(good)))
  })

  it.each<[string, unknown, string]>([
    ['nothing', null, 'malformed'],
    ['a list', [good], 'malformed'],
    ['what is not JSON', '{', 'malformed'],
    ['an id in upper case', { ...good, id: good.id.toUpperCase().replace(/\d/g, 'A') }, 'malformed'],
    ['a short public key', { ...good, pubkey: good.pubkey.slice(2) }, 'malformed'],
    ['a short signature', { ...good, sig: good.sig.slice(2) }, 'malformed'],
    ['a broken time', { ...good, created_at: 1.5 }, 'malformed'],
    ['a time before 1970', { ...good, created_at: -1 }, 'malformed'],
    ['a time nobody lives to see', { ...good, created_at: 2 ** 32 }, 'malformed'],
    ['a kind as text', { ...good, kind: '1' }, 'malformed'],
    ['a kind beyond all kinds', { ...good, kind: 65_536 }, 'malformed'],
    ['no content', { ...good, content: undefined }, 'malformed'],
    ['a lone surrogate', { ...good, content: '\ud800' }, 'malformed'],
    ['U+0000 in a tag', { ...good, tags: [['\0']] }, 'malformed'],
    ['tags that are no list', { ...good, tags: { length: 1 } }, 'malformed'],
    ['an empty tag', { ...good, tags: [[]] }, 'malformed'],
    ['a tag with a hole', { ...good, tags: [new Array(1)] }, 'malformed'],
    ['a number in a tag', { ...good, tags: [['t', 1]] }, 'malformed'],
    ['513 tags', { ...good, tags: new Array(513).fill(['t']) }, 'too_large'],
    ['a tag of 17 items', { ...good, tags: [new Array(17).fill('t')] }, 'too_large'],
    ['a tag item beyond its length', { ...good, tags: [['t', 'x'.repeat(1_025)]] }, 'too_large'],
    ['content beyond the limit', { ...good, content: 'x'.repeat(MAX_EVENT_BYTES + 1) }, 'too_large'],
    ['tags beyond the limit', { ...good, tags: new Array(100).fill(['t', 'x'.repeat(1_000)]) }, 'too_large'],
    ['text beyond the limit', ' '.repeat(MAX_EVENT_BYTES + 1), 'too_large'],
  ])('with %s is refused', (_, input, expected) => {
    expect(() => parseNostrEvent(input)).toThrow(code(expected))
  })

  it('is measured by the limit of the caller', () => {
    const text = JSON.stringify(good)
    expect(() => parseNostrEvent(text, eventBytes(good) - 1)).toThrow(code('too_large'))
    expect(parseNostrEvent(text, eventBytes(good))).toEqual(good)
    expect(() => parseNostrEvent(good, 5)).toThrow(code('too_large'))
  })

  it('altered in any part is not believed, also when it is a copy of one that was', () => {
    verifyNostrEvent(good)
    expect(() => verifyNostrEvent({ ...good, content: 'bye' })).toThrow(code('wrong_id'))
    expect(() => verifyNostrEvent({ ...good, tags: [] })).toThrow(code('wrong_id'))
    expect(() => verifyNostrEvent({ ...good, pubkey: createAuthorKey().publicKey })).toThrow(code('wrong_id'))
    expect(() => verifyNostrEvent({ ...good, sig: good.sig.replace(/^../, '00') })).toThrow(code('invalid_signature'))
    const other = signEvent({ kind: 1, tags: [], content: '' }, now, createAuthorKey())
    expect(() => verifyNostrEvent({ ...other, sig: good.sig })).toThrow(code('invalid_signature'))
    expect(Object.getOwnPropertySymbols(good)).toEqual([])
  })

  it('is not made of what would not be read, nor beyond 64 KiB as JSON', () => {
    const make = (content: string) => signEvent({ kind: 1, tags: [], content }, now, author)
    expect(() => make('\ud800')).toThrow(code('malformed'))
    expect(() => make('"'.repeat(MAX_EVENT_BYTES / 2))).toThrow(code('too_large'))
    expect(() => signEvent({ kind: 70_000, tags: [], content: '' }, now, author)).toThrow(code('malformed'))
  })

  it('of any shape is refused with errors of this library only, and what is read is bounded', () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true, maxDepth: 3 })
    const tags = fc.array(fc.oneof(anything, fc.array(fc.oneof(fc.string({ unit: 'binary' }), anything))))
    const nearly = fc
      .record({ id: anything, pubkey: anything, created_at: anything, kind: anything, tags, content: anything })
      .chain((change) => fc.subarray(Object.keys(change)).map((names) => [change, names] as const))
      .map(([change, names]) => ({
        ...good,
        ...Object.fromEntries(Object.entries(change).filter(([k]) => names.includes(k))),
      }))
    let read = 0
    fc.assert(
      fc.property(fc.oneof(anything, nearly), (value) => {
        try {
          const event = parseNostrEvent(value)
          read++
          expect(parseNostrEvent(JSON.stringify(event))).toEqual(event)
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError)
        }
      }),
      { numRuns: 400, seed: 11 },
    )
    expect(read).toBeGreaterThan(10)
  })
})
