import { expect, test } from 'vitest'
import { tryAgain } from './second-try.ts'
import type { Run } from './vitest.ts'

const passing = (passed: number): Run => ({ passed, failed: 0, failures: [] })
const failing = (...files: string[]): Run => ({
  passed: 10,
  failed: files.length,
  failures: files.map((name) => ({ file: `/root/${name}.test.ts`, tests: [`${name} works`], passed: 2 })),
})
const unprepared: Run = { passed: 10, failed: 1, failures: [{ file: '/root/a.test.ts', tests: [], passed: 0 }] }

const attempt = async (first: Run, second: Run) => {
  const asked: string[][] = []
  const outcome = await tryAgain(first, '/root', async (args) => {
    asked.push(args)
    return second
  })
  return { outcome, asked }
}

test('what passes by itself is counted once, as passed, and named', async () => {
  const { outcome, asked } = await attempt(failing('a', 'b'), passing(6))
  expect(outcome).toEqual({ passed: 12, failed: 0, unsteady: ['a works', 'b works'] })
  expect(asked).toEqual([['--no-file-parallelism', 'a.test.ts', 'b.test.ts']])
})

test('a file whose preparation failed runs again as a whole', async () => {
  const { outcome } = await attempt(unprepared, passing(8))
  expect(outcome).toEqual({ passed: 18, failed: 0, unsteady: ['a.test.ts'] })
})

test.each([
  ['a test', failing('a', 'b'), failing('a')],
  ['a file that cannot be loaded', unprepared, unprepared],
])('%s that fails again has failed', async (_, first, second) => {
  expect((await attempt(first, second)).outcome).toEqual({ passed: 10, failed: first.failed, unsteady: [] })
})

test.each([
  ['nothing failed', passing(3)],
  ['much failed', failing('a', 'b', 'c', 'd')],
  ['an error came from outside of the files', { ...passing(3), failed: 1 }],
])('nothing is tried again when %s', async (_, first) => {
  const { outcome, asked } = await attempt(first, passing(9))
  expect(outcome).toEqual({ passed: first.passed, failed: first.failed, unsteady: [] })
  expect(asked).toEqual([])
})
