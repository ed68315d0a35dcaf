import { expect, it } from 'vitest'
import { lookBack } from '../leases/cursor.ts'
import { createProgress } from './progress.ts'

const now = 1_800_000_000

it('the cursor is 48 h behind the newest event, and behind now when that is earlier', () => {
  const progress = createProgress(now - 2 * lookBack)
  expect(progress.cursor(now)).toBe(now - 2 * lookBack)
  progress.accepted(now - 3_600)
  expect(progress.cursor(now)).toBe(now - 3_600 - lookBack)
  progress.accepted(now + 200)
  progress.accepted(now - 90_000)
  expect(progress.cursor(now)).toBe(now - lookBack)
})

it('it does not pass an event that is not in an inbox yet, nor one that has to be read again', () => {
  const progress = createProgress(now - 2 * lookBack)
  progress.accepted(now)
  const old = now - lookBack - 1_000
  const [first, second] = [progress.begin(old), progress.begin(old - 5)]
  expect(progress.cursor(now)).toBe(old - 5)
  second(true)
  expect(progress.cursor(now)).toBe(old)
  first(false)
  expect(progress.cursor(now)).toBe(old)
  progress.restarted()
  expect(progress.cursor(now)).toBe(now - lookBack)
})
