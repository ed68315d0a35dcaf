import { toBase64url } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { MAX_ENVELOPE_BYTES, outerId, parseEnvelope, parseEnvelopeJson } from './envelope.ts'

const good = { v: 2, eph: 'ab'.repeat(32), nonce: 'cd'.repeat(12), ct: toBase64url(new Uint8Array(272)) }
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

const overhead = JSON.stringify({ ...good, ct: '' }).length

/** An envelope whose JCS has exactly this many bytes. */
const sized = (bytes: number) => ({ ...good, ct: 'A'.repeat(bytes - overhead) })

describe('a sealed envelope', () => {
  it('is read back as it is written', () => {
    expect(parseEnvelope(good)).toEqual(good)
    expect(parseEnvelopeJson(JSON.stringify(good))).toEqual(good)
    expect(outerId(parseEnvelopeJson(JSON.stringify(good)))).toBe(outerId(good))
  })

  it.each<[string, unknown, string]>([
    ['nothing', null, 'malformed'],
    ['a list', [good], 'malformed'],
    ['version 1', { ...good, v: 1 }, 'unknown_version'],
    ['the version as text', { ...good, v: '2' }, 'unknown_version'],
    ['no version', {}, 'unknown_version'],
    ['a foreign member', { ...good, from: 'x' }, 'malformed'],
    ['eph in upper case', { ...good, eph: 'AB'.repeat(32) }, 'malformed'],
    ['a short eph', { ...good, eph: 'ab'.repeat(31) }, 'malformed'],
    ['a long nonce', { ...good, nonce: 'ab'.repeat(13) }, 'malformed'],
    ['ct as a list', { ...good, ct: [] }, 'malformed'],
    ['ct with padding', { ...good, ct: `${good.ct.slice(0, -1)}=` }, 'malformed'],
    ['ct too short to hold a message', { ...good, ct: toBase64url(new Uint8Array(271)) }, 'malformed'],
    ['ct beyond the limit', sized(MAX_ENVELOPE_BYTES + 1), 'too_large'],
    ['ct far beyond the limit', sized(MAX_ENVELOPE_BYTES * 4), 'too_large'],
  ])('with %s is refused', (_, value, expected) => {
    expect(() => parseEnvelope(value)).toThrow(code(expected))
  })

  it('may be as large as the limit', () => {
    // No base64url has the length that would fill the last byte.
    expect(parseEnvelope(sized(MAX_ENVELOPE_BYTES - 1)).v).toBe(2)
  })

  it('as text is measured before it is parsed', () => {
    expect(() => parseEnvelopeJson(' '.repeat(MAX_ENVELOPE_BYTES + 1))).toThrow(code('too_large'))
    expect(() => parseEnvelopeJson('{')).toThrow(code('malformed'))
    expect(() => parseEnvelopeJson(Uint8Array.of(0xff))).toThrow(code('malformed'))
  })
})

describe('the outer id', () => {
  it('depends on the value, not on its spelling', () => {
    expect(outerId({ b: 1, a: [2] })).toBe(outerId(JSON.parse(' { "a":[2.0], "b":1e0 } ')))
    expect(outerId({ a: 1 })).not.toBe(outerId({ a: 2 }))
  })

  it('is refused for what has no canonical form or is too large', () => {
    expect(() => outerId({ a: '\ud800' })).toThrow(code('malformed'))
    expect(() => outerId('x'.repeat(MAX_ENVELOPE_BYTES))).toThrow(code('too_large'))
  })
})
