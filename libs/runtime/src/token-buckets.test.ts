import { expect, test } from 'vitest'
import { createTokenBuckets } from './token-buckets.ts'

const rig = (options: { capacity: number; perSecond: number; maxKeys?: number }) => {
  const clock = { ms: 1_000_000 }
  return { clock, buckets: createTokenBuckets({ ...options, now: () => clock.ms }) }
}

test('a bucket of 60 lets 60 through at once and then one per second', () => {
  const { clock, buckets } = rig({ capacity: 60, perSecond: 1 })
  for (let i = 0; i < 60; i++) expect(buckets.take('a').ok).toBe(true)
  expect(buckets.take('a')).toEqual({ ok: false, retryAfter: 1 })
  clock.ms += 999
  expect(buckets.take('a').ok).toBe(false)
  clock.ms += 1
  expect(buckets.take('a').ok).toBe(true)
  expect(buckets.take('a').ok).toBe(false)
  expect(buckets.take('b').ok).toBe(true)
})

test('waiting as long as it says is enough', () => {
  const { clock, buckets } = rig({ capacity: 10, perSecond: 10 / 60 })
  buckets.take('a', 10)
  const refused = buckets.take('a', 4)
  expect(refused).toEqual({ ok: false, retryAfter: 24 })
  clock.ms += 24_000
  expect(buckets.take('a', 4).ok).toBe(true)
})

test('a cost above the capacity is paid by a full bucket, which is empty for longer then', () => {
  const { clock, buckets } = rig({ capacity: 10, perSecond: 1 })
  expect(buckets.take('a', 25).ok).toBe(true)
  clock.ms += 14_000
  expect(buckets.take('a').ok).toBe(false)
  clock.ms += 2_000
  expect(buckets.take('a').ok).toBe(true)
})

test('what is given back can be taken again, and never more than the bucket holds', () => {
  const { buckets } = rig({ capacity: 2, perSecond: 0.001 })
  buckets.take('a')
  buckets.giveBack('a')
  buckets.giveBack('a')
  expect([buckets.take('a').ok, buckets.take('a').ok, buckets.take('a').ok]).toEqual([true, true, false])
})

test('idle buckets are swept, busy ones are kept', () => {
  const { clock, buckets } = rig({ capacity: 60, perSecond: 1 })
  buckets.take('idle')
  buckets.take('busy', 60)
  clock.ms += 5_000
  buckets.sweep()
  expect(buckets.size).toBe(1)
  expect(buckets.take('busy', 6).ok).toBe(false)
})

test('however many addresses come, only so many are remembered: the one used longest ago goes', () => {
  const { buckets } = rig({ capacity: 1, perSecond: 0.001, maxKeys: 3 })
  for (const key of ['a', 'b', 'c', 'a', 'd']) buckets.take(key)
  expect(buckets.size).toBe(3)
  expect(buckets.take('a').ok).toBe(false)
  expect(buckets.take('b').ok).toBe(true)
})

test('a clock that goes back takes nothing away', () => {
  const { clock, buckets } = rig({ capacity: 5, perSecond: 1 })
  buckets.take('a', 3)
  clock.ms -= 60_000
  expect(buckets.take('a', 2).ok).toBe(true)
})
