import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64url, toBase64url } from './base64url.ts'
import { concat, equalBytes, randomBytes } from './bytes.ts'
import { fromHex, isHex, toHex } from './hex.ts'

const code = (code: string) => expect.objectContaining({ name: 'IdentityError', code })
const bytes = fc.uint8Array({ maxLength: 200 })

describe('hex', () => {
  it('writes what Node writes and reads it back', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'))
        expect(fromHex(toHex(value), value.length)).toEqual(Uint8Array.from(value))
      }),
    )
  })

  it.each(['AB', 'abc', 'abcd', '0x', ' a', 'g0', ''])('refuses %j as one byte', (text) => {
    expect(isHex(text, 1)).toBe(false)
    expect(() => fromHex(text, 1)).toThrow(code('malformed'))
  })
})

describe('base64url', () => {
  it('writes what Node writes and reads it back', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toBase64url(value)).toBe(Buffer.from(value).toString('base64url'))
        expect(fromBase64url(toBase64url(value), 200)).toEqual(Uint8Array.from(value))
      }),
    )
  })

  it('has one spelling for each byte string: whatever it accepts it would write the same', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...'AQgwZz09-_+/=\n '), maxLength: 8 })
    fc.assert(
      fc.property(nearly, (text) => {
        let read: Uint8Array | undefined
        try {
          read = fromBase64url(text, 100)
        } catch (error) {
          expect(error).toEqual(code('malformed'))
        }
        if (read) expect(toBase64url(read)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['A', 'AB', 'AAB', 'AA==', 'A+A/', 'AAA\u0141', 'A A'])('refuses %j', (text) => {
    expect(() => fromBase64url(text, 100)).toThrow(code('malformed'))
  })

  it('refuses what is longer than allowed', () => {
    expect(fromBase64url('AAAA', 3)).toHaveLength(3)
    expect(() => fromBase64url('AAAAAA', 3)).toThrow(code('too_large'))
  })
})

describe('bytes', () => {
  it('are compared whole', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
        expect(equalBytes(a, a.slice())).toBe(true)
      }),
    )
  })

  it('are joined in order, text as UTF-8', () => {
    expect(toHex(concat('€', Uint8Array.of(1, 2), ''))).toBe('e282ac0102')
  })

  it('are fresh at each draw', () => {
    expect(toHex(randomBytes(32))).not.toBe(toHex(randomBytes(32)))
  })
})
