import { expect, test } from 'vitest'
import { checkJson } from './check-json.ts'

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

test.each([
  ['text', '"é😀"'],
  ['a safe number', '9007199254740991'],
  ['a fraction', '0.5'],
  ['names that only look like a prototype', '{"constructor":"x","prototype":1}'],
])('%s is let through', (_, json) => {
  expect(() => checkJson(JSON.parse(json))).not.toThrow()
})

test('64 levels are let through, 65 are not', () => {
  expect(() => checkJson(nested(64))).not.toThrow()
  expect(() => checkJson(nested(65))).toThrow(/nested deeper than 64/)
})

test('a nesting as deep as the largest body allows is refused, not a crash', () => {
  expect(() => checkJson(nested(256 * 1024))).toThrow(/nested/)
})

test.each([
  ['U+0000', '{"a":["\\u0000"]}', /U\+0000/],
  ['U+0000 in a name', '{"\\u0000":1}', /U\+0000/],
  ['a lone surrogate', '"\\ud800"', /surrogate/],
  ['a lone surrogate in a name', '{"\\udc00":1}', /surrogate/],
  ['a number beyond 2^53', '[9007199254740993]', /not exact/],
  ['a number that becomes infinite', '1e999', /not exact/],
  ['__proto__', '{"a":{"__proto__":{"b":1}}}', /not allowed/],
  ['constructor.prototype', '{"constructor":{"prototype":{}}}', /not allowed/],
])('%s is refused as malformed', (_, json, reason) => {
  expect(() => checkJson(JSON.parse(json))).toThrow(reason)
  expect(() => checkJson(JSON.parse(json))).toThrow(expect.objectContaining({ code: 'malformed' }))
})
