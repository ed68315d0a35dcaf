import { describe, expect, it } from 'vitest'
import { placeOf } from './place.ts'
import { firstUnread, laterThan } from './unread.ts'

const numbers = [2, 3, 5, 8, 13]

describe('the line before what is new', () => {
  it.each([
    [0, undefined],
    [1, 13],
    [3, 5],
    [5, 2],
    [99, 2],
  ])('with %d unread stands before %s', (unread, n) => {
    expect(firstUnread(numbers, unread)).toBe(n)
  })

  it('stands nowhere in an empty thread', () => {
    expect(firstUnread([], 3)).toBeUndefined()
  })
})

describe('the messages after one', () => {
  it.each([
    [13, 0],
    [8, 1],
    [4, 3],
    [0, 5],
    [99, 0],
  ])('after %d are %d', (n, count) => {
    expect(laterThan(numbers, n)).toBe(count)
  })

  it('are found where the message itself is gone', () => {
    expect([2, 4, 13, 14].map((n) => placeOf(numbers, n))).toEqual([0, 2, 4, 5])
  })
})
