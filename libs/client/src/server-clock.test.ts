import { describe, expect, it } from 'vitest'
import { createServerClock } from './server-clock.ts'

const noon = Date.parse('2026-06-01T12:00:00Z')
const hour = 3_600_000
const day = 24 * hour

const device = (ahead: number) => {
  const at = { wall: noon + ahead, steady: 1_000 }
  const told: number[] = []
  const clock = createServerClock((skew) => told.push(skew), { wall: () => at.wall, steady: () => at.steady })
  const answer = (time: number) => clock.heard(new Date(time).toUTCString())
  const pass = (ms: number) => {
    at.wall += ms
    at.steady += ms
  }
  return { at, told, clock, answer, pass }
}

const near = (time: number) => [time - 1_000, time + 1_000] as const
const expectNear = (actual: number, wanted: number) => {
  const [least, most] = near(wanted)
  expect(actual).toBeGreaterThanOrEqual(least)
  expect(actual).toBeLessThanOrEqual(most)
}

describe('the time of a server', () => {
  it('is the device’s own before the first answer, and while the two are close', () => {
    const { clock, told, answer, at } = device(20_000)
    expect(clock.now()).toBe(at.wall)
    answer(noon)
    expect(clock.now()).toBe(at.wall)
    expect(told).toEqual([])
  })

  it.each([day, -day, 2 * 60_000, -400 * day])('is known although the device is %i ms off', (ahead) => {
    const { clock, told, answer, pass } = device(ahead)
    answer(noon)
    expectNear(clock.now(), noon)
    pass(hour)
    expectNear(clock.now(), noon + hour)
    answer(noon + hour)
    expect(told).toHaveLength(1)
    expectNear(told[0] ?? 0, ahead)
  })

  it.each([day, -day])('is the device’s again as soon as its clock, %i ms off, is set right', (ahead) => {
    const { clock, told, answer, pass, at } = device(ahead)
    answer(noon)
    pass(hour)
    at.wall = noon + hour
    expect(clock.now()).toBe(noon + hour)
    answer(noon + hour)
    expect(told.at(-1)).toBe(0)
  })

  it('goes on through a sleep that stops the steady clock, and through a clock set back', () => {
    const { clock, answer, pass, at } = device(day)
    answer(noon)
    at.wall += 8 * hour
    expectNear(clock.now(), noon + 8 * hour)
    answer(noon + 8 * hour)
    pass(1_000)
    at.wall -= 3 * day
    expectNear(clock.now(), noon + 8 * hour + 1_000)
  })

  it.each([null, '', 'yesterday', '2026-06-02T12:00:00Z', 'Xxx, 99 Yyy 2026 12:00:00 GMT'])(
    'is not told by %s',
    (date) => {
      const { clock, at } = device(0)
      clock.heard(date)
      expect(clock.now()).toBe(at.wall)
    },
  )
})
