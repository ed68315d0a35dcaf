import { expect, test } from 'vitest'
import { createVirtualTiming } from '../../test/virtual-timing.ts'
import { createIntake, defaultIntake } from './intake.ts'

const limits = {
  ...defaultIntake,
  framesPerSecond: 10,
  frameBurst: 20,
  unitsPerSecond: 1_000,
  unitBurst: 5_000,
  junk: 3,
}
const count = (most: number, take: () => boolean): number => {
  let taken = 0
  while (taken < most && take()) taken++
  return taken
}

test('a burst is taken, a flood is not, and time makes room again', () => {
  const timing = createVirtualTiming()
  const intake = createIntake(timing, limits)
  expect(count(1_000, () => intake.frame(1))).toBe(20)
  timing.pass(1_100)
  expect(count(1_000, () => intake.frame(1))).toBe(10)
})

test('few large frames are a flood too', () => {
  const intake = createIntake(createVirtualTiming(), limits)
  expect(count(1_000, () => intake.frame(1_000))).toBe(5)
})

test('what we ask for ourselves is no flood', () => {
  const intake = createIntake(createVirtualTiming(), limits)
  intake.asked(500)
  expect(count(1_000, () => intake.frame(1))).toBe(520)
})

test('a little junk is forgiven with time', () => {
  const timing = createVirtualTiming()
  const intake = createIntake(timing, limits)
  expect(count(1_000, intake.junk)).toBe(3)
  timing.pass(25_000)
  expect(count(1_000, intake.junk)).toBe(1)
})

test('a clock that jumps back grants nothing and takes nothing', () => {
  const timing = createVirtualTiming()
  let back = 0
  const intake = createIntake({ ...timing, now: () => timing.now() - back }, limits)
  count(10, () => intake.frame(1))
  back = 3_600_000
  expect(count(1_000, () => intake.frame(1))).toBe(10)
})
