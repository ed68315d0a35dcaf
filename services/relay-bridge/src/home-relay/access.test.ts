import { describe, expect, test } from 'vitest'
import { NotReadable, planOf, type Viewer } from './access.ts'
import { Filter } from './filter.ts'

const own = 'a'.repeat(64)
const other = 'b'.repeat(64)
const key = 'c'.repeat(64)
const nobody: Viewer = { keys: new Set(), addresses: new Set() }
const unbound: Viewer = { keys: new Set([key]), addresses: new Set() }
const alice: Viewer = { keys: new Set([key]), addresses: new Set([own]) }

const plan = (filter: object, viewer: Viewer) => {
  const { mail, lists } = planOf(Filter.parse(filter), viewer)
  return { mail, lists: lists && [...lists.kinds].sort((a, b) => a - b) }
}

describe('messages and acks', () => {
  test.each<[string, object]>([
    ['by their kinds', { kinds: [4242, 4244] }],
    ['by address', { '#q': [own] }],
    ['by acknowledged event', { '#e': [other] }],
    ['by id', { ids: [other] }],
    ['by kind and address', { kinds: [4242], '#q': [own] }],
  ])('are asked for %s and read by whom they are for', (_, filter) => {
    expect(plan(filter, alice)).toEqual({ mail: own, lists: undefined })
    expect(() => plan(filter, nobody)).toThrow(/^auth-required: /)
    expect(() => plan(filter, unbound)).toThrow(/^restricted: /)
  })

  test.each<[string, object]>([
    ['another address', { kinds: [4242], '#q': [other] }],
    ['the own and another address', { kinds: [4242], '#q': [own, other] }],
    ['no address at all', { kinds: [4242], '#q': [] }],
  ])('of %s are not shown', (_, filter) => {
    expect(() => plan(filter, alice)).toThrow(NotReadable)
  })

  test('are read together with lists', () => {
    expect(plan({ kinds: [0, 4242], authors: [key] }, alice)).toEqual({ mail: own, lists: [0] })
  })
})

describe('profiles and lists', () => {
  test.each([nobody, unbound, alice])('are read by anybody who names authors', (viewer) => {
    expect(plan({ kinds: [0, 10002], authors: [key] }, viewer)).toEqual({ mail: undefined, lists: [0, 10002] })
    expect(plan({ authors: [key] }, viewer).lists).toEqual([0, 5, 62, 10002, 10050, 30078])
  })

  test.each<object>([{ kinds: [0] }, { kinds: [0], ids: [key] }, {}, { kinds: [1] }, { since: 1 }])(
    'are not listed for %o',
    (filter) => {
      expect(() => plan(filter, alice)).toThrow(/^restricted: /)
    },
  )
})
