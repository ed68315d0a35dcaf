import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JCS_MAX_DEPTH, jcs, jcsBytes } from './jcs.ts'
import { parseJson } from './json.ts'

const code = (code: string) => expect.objectContaining({ name: 'IdentityError', code })

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
}

/** JSON without what is refused: U+0000, unsafe integers. */
const canonicalJson = fc
  .jsonValue({ maxDepth: 5, stringUnit: 'binary' })
  .filter((value) => !JSON.stringify(value).includes('\\u0000'))
  .map((value): unknown =>
    JSON.parse(JSON.stringify(value), (_, v: unknown) =>
      typeof v === 'number' && Number.isInteger(v) && !Number.isSafeInteger(v) ? 0.5 : v,
    ),
  )

describe('jcs', () => {
  it('writes the example of RFC 8785 §3.2.2', () => {
    const value = JSON.parse(`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false] }`)
    value.numbers[1] = 1e-30
    expect(jcs(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e-30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('orders names by UTF-16 code units (RFC 8785 §3.2.3)', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }
    expect(jcs(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}')
  })

  it('keeps a member named __proto__ as the data it is', () => {
    expect(jcs(JSON.parse('{"z":1,"__proto__":{"a":-0}}'))).toBe('{"__proto__":{"a":0},"z":1}')
  })

  it.each([
    ['a lone surrogate', { a: 'x\ud800' }],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['U+0000', ['\0']],
    ['U+0000 in a name', { '\0': 1 }],
    ['NaN', Number.NaN],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['an unsafe integer', 2 ** 53],
    ['a huge integer', -1e21],
    ['undefined', { a: undefined }],
    ['a hole', new Array(1)],
    ['a bigint', 1n],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a function', () => 1],
  ])('refuses %s', (_, value) => {
    expect(() => jcs(value)).toThrow(code('malformed'))
  })

  it('refuses nesting deeper than 64, also where it never ends', () => {
    const endless: unknown[] = []
    endless.push(endless)
    expect(jcs(nested(JCS_MAX_DEPTH))).toHaveLength('{"a":[]}'.length * (JCS_MAX_DEPTH / 2) + 1)
    expect(() => jcs(nested(JCS_MAX_DEPTH + 1))).toThrow(code('malformed'))
    expect(() => jcs(endless)).toThrow(code('malformed'))
  })

  it('counts the limit in bytes of UTF-8, not in characters', () => {
    expect(jcs('€€', { maxBytes: 8 })).toBe('"€€"')
    expect(() => jcs('€€', { maxBytes: 7 })).toThrow(code('too_large'))
    expect(() => jcsBytes(['x'.repeat(1 << 20)])).toThrow(code('too_large'))
  })

  it('is a fixed point: what it writes parses to the same value and is written the same again', () => {
    fc.assert(
      fc.property(canonicalJson, (value) => {
        const text = jcs(value)
        const parsed = parseJson(text, 1 << 20)
        expect(jcs(parsed)).toBe(text)
        expect(new TextDecoder().decode(jcsBytes(parsed))).toBe(text)
        expect(parsed).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: 300 },
    )
  })
})

describe('parseJson', () => {
  it('refuses what is too long before it reads it, and what is no UTF-8 or JSON', () => {
    expect(() => parseJson('["€"]', 6)).toThrow(code('too_large'))
    expect(parseJson('["€"]', 7)).toEqual(['€'])
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), 10)).toThrow(code('malformed'))
    expect(() => parseJson('{', 10)).toThrow(code('malformed'))
    expect(() => parseJson(new Uint8Array(11), 10)).toThrow(code('too_large'))
  })
})
