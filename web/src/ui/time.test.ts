import { expect, it } from 'vitest'
import { ago } from './time.ts'

const now = Date.UTC(2026, 2, 29, 12)

it.each([
  [0, 'just now'],
  [-60_000, 'just now'],
  [61_000, '1 minute ago'],
  [7_200_000, '2 hours ago'],
  [86_400_000, 'yesterday'],
  [5 * 86_400_000, '5 days ago'],
])('what was %d ms ago is told as a span', (past, words) => {
  expect(ago(now - past, now)).toBe(words)
})
