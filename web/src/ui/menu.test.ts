import { describe, expect, it } from 'vitest'
import { nextItem } from './menu.ts'

describe('the keys of a menu', () => {
  it.each([
    ['ArrowDown', 0, 1],
    ['ArrowDown', 3, 0],
    ['ArrowDown', -1, 0],
    ['ArrowUp', 0, 3],
    ['ArrowUp', 2, 1],
    ['Home', 2, 0],
    ['End', 1, 3],
  ])('%s leads from item %i to item %i of four, round the ends', (key, from, to) => {
    expect(nextItem(key, from, 4)).toBe(to)
  })

  it('leave every other key alone', () => {
    expect(nextItem('a', 0, 4)).toBeUndefined()
    expect(nextItem('Tab', 0, 4)).toBeUndefined()
  })
})
