import { describe, expect, it } from 'vitest'
import { createHeights } from './heights.ts'

const known = [10, 20, 30, 40, 50]
const five = () => createHeights(5, (i) => known[i])

describe('the heights of rows', () => {
  it('add up', () => {
    const heights = five()
    expect([0, 1, 2, 3, 4, 5].map((i) => heights.top(i))).toEqual([0, 10, 30, 60, 100, 150])
    expect(heights.total()).toBe(150)
  })

  it.each([
    [-5, 0],
    [0, 0],
    [9.5, 0],
    [10, 1],
    [29, 1],
    [30, 2],
    [149, 4],
    [150, 4],
    [9_999, 4],
  ])('%d px down is row %d', (offset, row) => {
    expect(five().at(offset)).toBe(row)
  })

  it('follow a row that turns out to be higher or lower', () => {
    const heights = five()
    heights.set(1, 120)
    heights.set(4, 5)
    expect(heights.top(2)).toBe(130)
    expect(heights.total()).toBe(205)
    expect(heights.at(129)).toBe(1)
    expect(heights.at(203)).toBe(4)
  })

  it('agree with plain sums for any number of rows', () => {
    for (let count = 0; count < 40; count++) {
      const plain = Array.from({ length: count }, (_, i) => ((i * 37) % 11) + 1)
      const heights = createHeights(count, (i) => plain[i])
      let top = 0
      for (const [i, height] of plain.entries()) {
        expect(heights.top(i)).toBe(top)
        expect(heights.at(top)).toBe(i)
        expect(heights.at(top + height - 0.5)).toBe(i)
        top += height
      }
      expect(heights.total()).toBe(top)
    }
  })

  it('are guessed where nothing was measured, and an empty list has none', () => {
    expect(createHeights(3, () => undefined).total()).toBeGreaterThan(60)
    expect(createHeights(0, () => undefined).total()).toBe(0)
    expect(createHeights(0, () => undefined).at(10)).toBe(0)
  })
})
