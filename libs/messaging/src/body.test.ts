import { toBase64url } from '@kez-chat/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isContent, isQuiet, MAX_CHUNK_BYTES, MAX_FILE_BYTES, parseBody } from './body.ts'
import { MessageError } from './errors.ts'
import { MAX_TTL_S } from './text-body.ts'

const data = toBase64url(Uint8Array.of(1, 2, 3))
const inline = { type: 'kez-file-v1', mode: 'inline', name: 'a b.txt', mime: 'text/plain', size: 3, data }
const chunked = {
  ...{ type: 'kez-file-v1', mode: 'chunked', name: 'film.mp4', mime: 'video/mp4', size: 100_000 },
  ...{ file_id: 'ab'.repeat(16), n: 4, sha256: 'cd'.repeat(32) },
}
const chunk = { type: 'kez-file-chunk-v1', file_id: 'ab'.repeat(16), i: 0, n: 4, data }
const ref = { id: 'ef'.repeat(16), from: `ed25519:${'01'.repeat(32)}` }
const visual = { type: 'kez-visual-key', key: 'ab'.repeat(32), salt: 'cd'.repeat(16) }
const ack = { type: 'kez-ack-v1', inner_id: 'ab'.repeat(16), sig: 'cd'.repeat(64) }

describe('a body', () => {
  it.each([
    [{ type: 'text', text: 'grüße' }],
    [{ type: 'text', text: '' }],
    [inline],
    [chunked],
    [chunk],
    [ack],
    [visual],
  ])('like %j is read as it is', (body) => {
    expect(parseBody(body)).toEqual(body)
    expect(parseBody({ ...body, later: 'addition' })).toEqual(body)
  })

  it('is content when there is something to see in it', () => {
    const shown = [{ type: 'text', text: 'hi' }, inline, chunked, { type: 'kez-poll-v1' }]
    for (const body of shown) expect(isContent(parseBody(body))).toBe(true)
    for (const body of [chunk, ack, visual]) expect(isContent(parseBody(body))).toBe(false)
  })

  it.each([
    { reply: ref },
    { edit: { id: ref.id } },
    { delete: { id: ref.id } },
    { react: { ...ref, emoji: '👍🏽' } },
    { react: ref },
    { timer: { ttl: 0 } },
    { timer: { ttl: 3_600 } },
    { ttl: 1 },
    { reply: ref, ttl: 60 },
  ])('of text that does more, like %j, is read as it is, and whether it wakes nobody is known', (more) => {
    const body = { type: 'text', text: '👍', ...more }
    expect(parseBody(body)).toEqual(body)
    expect(isQuiet(parseBody(body))).toBe(!('reply' in more || 'ttl' in more))
    expect(isContent(parseBody(body))).toBe(true)
  })

  it('that vanishes may be a file', () => {
    expect([parseBody({ ...inline, ttl: 60 }), parseBody({ ...chunked, ttl: 60 })]).toMatchObject([
      { ttl: 60 },
      { ttl: 60 },
    ])
    expect(parseBody({ ...chunk, ttl: 60 })).toEqual(chunk)
  })

  it('of a type not known yet is no error', () => {
    expect(parseBody({ type: 'kez-poll-v1', question: '?' })).toEqual({ type: 'unknown', named: 'kez-poll-v1' })
    expect(parseBody({ type: 'x'.repeat(1_000) })).toEqual({ type: 'unknown', named: 'x'.repeat(64) })
    expect(parseBody({ type: '__proto__' })).toEqual({ type: 'unknown', named: '__proto__' })
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['text', 'hi'],
    ['no type', {}],
    ['text that is a number', { type: 'text', text: 1 }],
    ['a reply to no id', { type: 'text', text: 'x', reply: { ...ref, id: 'ab' } }],
    ['a reply to nobody', { type: 'text', text: 'x', reply: { id: ref.id } }],
    ['an edit of a longer id', { type: 'text', text: 'x', edit: { id: ref.id.repeat(2) } }],
    ['a deletion that is a text', { type: 'text', text: 'x', delete: ref.id }],
    ['a reaction of two emoji', { type: 'text', text: 'x', react: { ...ref, emoji: '👍👍' } }],
    ['a reaction in words', { type: 'text', text: 'x', react: { ...ref, emoji: 'no' } }],
    ['a timer below a minute', { type: 'text', text: 'x', timer: { ttl: 59 } }],
    ['a timer beyond a year', { type: 'text', text: 'x', timer: { ttl: MAX_TTL_S + 1 } }],
    ['no time to live', { type: 'text', text: 'x', ttl: 0 }],
    ['a broken time to live', { ...inline, ttl: 1.5 }],
    ['two things at once', { type: 'text', text: 'x', edit: { id: ref.id }, delete: { id: ref.id } }],
    ['a file of no mode', { ...inline, mode: 'zip' }],
    ['a file whose size is not its data', { ...inline, size: 4 }],
    ['a file name with a path', { ...inline, name: '../x' }],
    ['a file named ..', { ...inline, name: '..' }],
    ['a file name that turns the writing around', { ...inline, name: 'a\u202etxt.exe' }],
    ['an empty file name', { ...inline, name: '' }],
    ['an endless file name', { ...inline, name: 'x'.repeat(256) }],
    ['a type that is no MIME type', { ...inline, mime: 'text/html; charset=x' }],
    ['data that is no base64url', { ...inline, data: 'AQI=' }],
    ['a file beyond 10 MiB', { ...chunked, size: MAX_FILE_BYTES + 1, n: 321 }],
    ['a file of nothing', { ...chunked, size: 0 }],
    ['too few chunks', { ...chunked, n: 3 }],
    ['more chunks than bytes', { ...chunked, size: 2, n: 3 }],
    ['a broken hash', { ...chunked, sha256: 'cd' }],
    ['a chunk beyond the last', { ...chunk, i: 4 }],
    ['a chunk before the first', { ...chunk, i: -1 }],
    ['a broken chunk number', { ...chunk, i: 0.5 }],
    ['more chunks than a file can have', { ...chunk, n: 4_097 }],
    ['the key of a picture that is too short', { ...visual, key: 'ab' }],
    ['the key of no picture', { ...visual, salt: undefined }],
    ['an ack of no message', { ...ack, inner_id: 'ab' }],
    ['an ack without a signature', { ...ack, sig: undefined }],
  ])('with %s is malformed', (_, body) => {
    expect(() => parseBody(body)).toThrow(expect.objectContaining({ name: 'MessageError', code: 'malformed' }))
  })

  it('with more data than a chunk or an inline file may have is too large', () => {
    const code = 'too_large'
    const large = (bytes: number) => toBase64url(new Uint8Array(bytes))
    expect(parseBody({ ...chunk, data: large(MAX_CHUNK_BYTES) })).toHaveProperty('i', 0)
    expect(() => parseBody({ ...chunk, data: large(MAX_CHUNK_BYTES + 1) })).toThrow(expect.objectContaining({ code }))
    expect(() => parseBody({ ...inline, data: large(50_000) })).toThrow(expect.objectContaining({ code }))
  })

  it('of any shape is refused with errors of this library only', () => {
    const anything = fc.anything({ withNullPrototype: true })
    const nearly = fc.record({
      type: fc.constantFrom('text', 'kez-file-v1', 'kez-file-chunk-v1', 'kez-ack-v1', 'kez-visual-key'),
      mode: fc.constantFrom('inline', 'chunked'),
      ...{ reply: anything, edit: anything, react: anything, timer: anything, ttl: anything },
      ...{ name: anything, mime: anything, size: anything, data: anything, i: anything, n: anything, text: anything },
    })
    fc.assert(
      fc.property(fc.oneof(anything, nearly), (value) => {
        try {
          parseBody(value)
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError)
        }
      }),
      { numRuns: 300 },
    )
  })
})
