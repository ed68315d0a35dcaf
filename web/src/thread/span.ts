import type { Window } from './window.ts'

const size = 50

/**
 * What to open for a window of rows: whole spans, so that scrolling on reads seldom, and a row more on either side, since
 * a row is drawn by what its neighbours are.
 */
export const spanAround = ({ first, end }: Window, count: number): Window => {
  if (first >= end) return { first, end: first }
  return {
    first: Math.max(0, Math.floor((first - 1) / size) * size),
    end: Math.min(count, Math.ceil((end + 1) / size) * size),
  }
}
