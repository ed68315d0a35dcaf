import { describe, expect, it } from 'vitest'
import { placeOf } from './place.ts'
import { firstUnread, freshIn, laterThan } from './unread.ts'

const numbers = [2, 3, 5, 8, 13]

describe('the line before what is new', () => {
  it.each([
    [0, undefined],
    [1, 13],
    [3, 5],
    [5, 2],
    [99, 2],
  ])('with %d unread stands before %s', (unread, n) => {
    expect(firstUnread(numbers, { unread })).toBe(n)
  })

  it('stands before one that came late, also where others after it were read, and after it is gone', () => {
    expect(firstUnread(numbers, { unread: 1, unread_from: 3 })).toBe(3)
    expect(firstUnread(numbers, { unread: 1, unread_from: 4 })).toBe(5)
    expect(firstUnread(numbers, { unread: 0, unread_from: 3 })).toBeUndefined()
  })

  it('stands nowhere in an empty thread', () => {
    expect(firstUnread([], { unread: 3 })).toBeUndefined()
  })
})

describe('the messages after one', () => {
  it.each([
    [13, 0],
    [8, 1],
    [4, 3],
    [0, 5],
    [99, 0],
    [2.5, 4],
  ])('after %d are %d', (n, count) => {
    expect(laterThan(numbers, n)).toBe(count)
  })

  it('are found where the message itself is gone', () => {
    expect([2, 4, 13, 14].map((n) => placeOf(numbers, n))).toEqual([0, 2, 4, 5])
  })
})

describe('what is new among the numbers', () => {
  it.each([
    [[2, 3, 5], [2, 5], [3]],
    [[1, 2, 3], [], [1, 2, 3]],
    [[2, 2.5, 4], [2, 3, 4], [2.5]],
    [[5], [2, 5, 9], []],
  ])('of %j after %j is %j', (now, before, fresh) => {
    expect(freshIn(now, before)).toEqual(fresh)
  })
})
