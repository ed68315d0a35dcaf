import { expect, it } from 'vitest'
import { median, percentile } from './bench.ts'
import { summarise } from './run.ts'

it('takes the middle value, whatever the order', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

it('takes percentiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
  expect(percentile(hundred, 0.5)).toBe(50)
  expect(percentile(hundred, 0.99)).toBe(99)
  expect(percentile([7], 0.99)).toBe(7)
})

it('judges by the median of the ratios of pairs, so that one noisy pair decides nothing', () => {
  const bench = { name: 'x', describe: '', unit: '/s', better: 'higher', bar: 0.7, pairs: 3 } as const
  const pair = (bare: number, ours: number) => ({ bare: { main: bare }, ours: { main: ours } })
  expect(summarise(bench, [pair(100, 80), pair(100, 10), pair(50, 40)])).toMatchObject({ ratio: 0.8, reached: true })
  expect(summarise(bench, [pair(100, 60), pair(100, 90), pair(50, 30)])).toMatchObject({ ratio: 0.6, reached: false })
  expect(summarise({ ...bench, better: 'lower', bar: 2 }, [pair(1, 3)])).toMatchObject({ ratio: 3, reached: false })
})
