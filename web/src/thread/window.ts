import type { Heights } from './heights.ts'

/** The rows that stand in the page: from `first` up to, but without, `end`. */
export type Window = { readonly first: number; readonly end: number }

/** px of rows ready above and below what is seen. */
const margin = 900
/** A thread of so few rows stands in the page as a whole. */
const few = 80

/**
 * The rows to have in the page when `height` px from `top` on are seen. Stays as it was while there is enough around:
 * scrolling a little changes nothing.
 */
export const windowAround = (heights: Heights, top: number, height: number, now: Window): Window => {
  const { count } = heights
  if (count <= few) return { first: 0, end: count }
  const rows = (beyond: number): Window => ({
    first: heights.at(top - beyond),
    end: heights.at(top + height + beyond) + 1,
  })
  const [needed, most] = [rows(margin / 2), rows(margin * 2)]
  const enough = now.first <= needed.first && now.end >= needed.end && now.end <= count
  const tooMany = now.first < most.first || now.end > most.end
  return enough && !tooMany ? now : rows(margin)
}
