import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { onStopSignal } from './stop-signal.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('one Ctrl-C that arrives several times stops once; a later one forces', () => {
  const calls: string[] = []
  const remove = onStopSignal(
    () => calls.push('stop'),
    () => calls.push('force'),
  )
  process.emit('SIGINT')
  vi.advanceTimersByTime(300)
  process.emit('SIGINT')
  process.emit('SIGTERM')
  expect(calls).toEqual(['stop'])
  vi.advanceTimersByTime(2_000)
  process.emit('SIGINT')
  expect(calls).toEqual(['stop', 'force'])
  remove()
})
