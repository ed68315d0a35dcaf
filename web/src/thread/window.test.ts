import { describe, expect, it } from 'vitest'
import { createHeights } from './heights.ts'
import { windowAround } from './window.ts'

const nothing = { first: 0, end: 0 }
const rows = (count: number, height = 50) => createHeights(count, () => height)

describe('the rows in the page', () => {
  it('are all of them in a short thread', () => {
    expect(windowAround(rows(80), 0, 700, nothing)).toEqual({ first: 0, end: 80 })
    expect(windowAround(rows(0), 0, 700, nothing)).toEqual(nothing)
  })

  it('are what is seen and some more of a long one, wherever one is', () => {
    const heights = rows(10_000)
    for (const top of [0, 12_345, 250_000, heights.total() - 700]) {
      const { first, end } = windowAround(heights, top, 700, nothing)
      expect(heights.top(first)).toBeLessThanOrEqual(top)
      expect(heights.top(end)).toBeGreaterThanOrEqual(Math.min(top + 700, heights.total()))
      expect(end - first).toBeLessThan(60)
    }
  })

  it('stay the same while one scrolls a little, and follow when one goes on', () => {
    const heights = rows(10_000)
    const window = windowAround(heights, 100_000, 700, nothing)
    expect(windowAround(heights, 100_400, 700, window)).toBe(window)
    expect(windowAround(heights, 99_600, 700, window)).toBe(window)
    expect(windowAround(heights, 100_700, 700, window).first).toBeGreaterThan(window.first)
  })

  it('never become many more than needed', () => {
    const heights = rows(10_000)
    expect(windowAround(heights, 100_000, 700, { first: 0, end: 10_000 }).end).toBeLessThan(2_100)
  })

  it('are none that no longer exist', () => {
    expect(windowAround(rows(100), 4_300, 700, { first: 60, end: 101 }).end).toBe(100)
  })
})
