import { afterEach, beforeEach, expect, it, vi } from 'vitest'

let holdUnsaved: typeof import('./unsaved.ts').holdUnsaved
let isAllSaved: typeof import('./unsaved.ts').isAllSaved

beforeEach(async () => {
  // Other tests of this worker may hold something.
  vi.resetModules()
  ;({ holdUnsaved, isAllSaved } = await import('./unsaved.ts'))
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('is all saved while nothing is held', async () => {
  expect(await isAllSaved(0)).toBe(true)
})

it('waits for all that is held, each of which lets go once', async () => {
  const [first, second] = [holdUnsaved(), holdUnsaved()]
  const saved = vi.fn()
  void isAllSaved(1_000).then(saved)
  first()
  first()
  await vi.advanceTimersByTimeAsync(10)
  expect(saved).not.toHaveBeenCalled()
  second()
  await vi.advanceTimersByTimeAsync(10)
  expect(saved).toHaveBeenCalledWith(true)
})

it('says no when its patience is over', async () => {
  const letGo = holdUnsaved()
  const saved = isAllSaved(1_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await saved).toBe(false)
  letGo()
})
