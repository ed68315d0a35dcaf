import type { NostrEvent } from '@kez-chat/messaging/nostr'
import fc from 'fast-check'
import { matchFilter } from 'nostr-tools/filter'
import { describe, expect, test } from 'vitest'
import { Filter, isExpired, matches } from './filter.ts'

const hex = (digit: string): string => digit.repeat(64)
const digit = fc.constantFrom('a', 'b', 'c').map(hex)
const value = fc.constantFrom('x', 'y', 'z', '')
const tag = fc.tuple(fc.constantFrom('q', 'e', 'p', 'wake'), value).map((pair) => [...pair])
const anEvent = fc.record({
  id: digit,
  pubkey: digit,
  created_at: fc.integer({ min: 0, max: 6 }),
  kind: fc.constantFrom(0, 4242, 4244),
  tags: fc.array(tag, { maxLength: 4 }),
  content: fc.constant(''),
  sig: fc.constant('0'.repeat(128)),
})
const aFilter = fc.record(
  {
    ids: fc.array(digit, { maxLength: 2 }),
    authors: fc.array(digit, { maxLength: 2 }),
    kinds: fc.array(fc.constantFrom(0, 4242, 4244), { maxLength: 2 }),
    since: fc.integer({ min: 0, max: 6 }),
    until: fc.integer({ min: 1, max: 6 }),
    '#q': fc.array(value, { maxLength: 2 }),
    '#e': fc.array(value, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

test('finds what the matcher of nostr-tools finds', () => {
  fc.assert(
    fc.property(anEvent, aFilter, (event, filter) => {
      expect(matches(Filter.parse(filter), event)).toBe(matchFilter(filter, event))
    }),
    { numRuns: 2_000 },
  )
})

describe('a filter', () => {
  test('asks for at most 500 events, and for so many when it does not say', () => {
    expect([{}, { limit: 3 }, { limit: 9_999 }].map((filter) => Filter.parse(filter).limit)).toEqual([500, 3, 500])
  })

  test.each([
    ['a search', { search: 'x' }],
    ['a tag of two letters', { '#qq': ['x'] }],
    ['tags that are no list', { '#q': 'x' }],
  ])('with %s is refused instead of being half understood', (_, filter) => {
    expect(Filter.safeParse(filter).success).toBe(false)
  })
})

test('an event has expired from its expiration on, and when that cannot be read', () => {
  const event = (expiration: string): NostrEvent => ({
    ...{ id: hex('a'), pubkey: hex('a'), created_at: 0, kind: 0, content: '', sig: '0'.repeat(128) },
    tags: [['expiration', expiration]],
  })
  expect(isExpired(event('10'), 9_999)).toBe(false)
  expect(isExpired(event('10'), 10_000)).toBe(true)
  expect(isExpired(event('soon'), 0)).toBe(true)
  expect(isExpired({ ...event('10'), tags: [] }, 99_999)).toBe(false)
})
