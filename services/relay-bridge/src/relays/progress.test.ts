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
  second('settled')
  expect(progress.cursor(now)).toBe(old)
  first('missed')
  expect(progress.cursor(now)).toBe(old)
  progress.restarted()
  expect(progress.cursor(now)).toBe(now - lookBack)
})

it('what a mailbox refuses for now holds it, but not for longer than inboxes recognise what comes again', () => {
  const progress = createProgress(now - 2 * lookBack)
  progress.accepted(now + lookBack)
  const old = now - lookBack - 1_000
  progress.begin(old)('refused')
  expect(progress.cursor(now)).toBe(old)
  progress.restarted()
  progress.begin(old)('refused')
  expect(progress.cursor(now + lookBack - 1)).toBe(old)
  expect(progress.cursor(now + lookBack)).toBe(now)
  progress.restarted()
  expect(progress.cursor(now + lookBack)).toBe(now)
  progress.begin(old)('refused')
  expect(progress.cursor(now + lookBack)).toBe(old)
})
