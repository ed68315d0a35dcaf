import { describe, expect, it } from 'vitest'
import { spanAround } from './span.ts'

describe('what is opened around a window', () => {
  it.each([
    ['at the beginning', { first: 0, end: 30 }, { first: 0, end: 50 }],
    ['in the middle', { first: 4_120, end: 4_160 }, { first: 4_100, end: 4_200 }],
    ['where a neighbour lies in the span before or after', { first: 100, end: 150 }, { first: 50, end: 200 }],
    ['at the end', { first: 9_970, end: 10_000 }, { first: 9_950, end: 10_000 }],
  ])('%s', (_where, window, span) => {
    expect(spanAround(window, 10_000)).toEqual(span)
  })

  it('is everything in a short thread, and nothing for no rows', () => {
    expect(spanAround({ first: 0, end: 7 }, 7)).toEqual({ first: 0, end: 7 })
    expect(spanAround({ first: 0, end: 0 }, 10_000)).toEqual({ first: 0, end: 0 })
  })
})
