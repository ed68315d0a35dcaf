import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interleaved } from './interleave.ts'

const places = (...pairs: [n: number, at: number][]) => pairs.map(([n, at]) => ({ n, at }))

describe('two histories of one talk', () => {
  it('become one by when things were written', () => {
    expect(interleaved(places([1, 10], [2, 30]), places([3, 20], [4, 40]))).toEqual([1, 3, 2, 4])
  })

  it('keep a late message where its author has put it', () => {
    // 2 was written after 1 and dated by a clock that was ahead: what follows it stays behind it.
    expect(interleaved(places([1, 10], [2, 90], [3, 30]), places([4, 20], [5, 40]))).toEqual([1, 4, 2, 3, 5])
  })

  it('lose nothing, and keep each its own order, whatever the clocks say', () => {
    const times = fc.array(fc.nat({ max: 20 }), { maxLength: 8 })
    fc.assert(
      fc.property(times, times, (left, right) => {
        const here = left.map((at, i) => ({ n: i, at }))
        const there = right.map((at, i) => ({ n: 100 + i, at }))
        const order = interleaved(here, there)
        expect(order.filter((n) => n < 100)).toEqual(here.map(({ n }) => n))
        expect(order.filter((n) => n >= 100)).toEqual(there.map(({ n }) => n))
      }),
    )
  })
})
