import { expect, test } from 'vitest'
import { tryAgain } from './second-try.ts'
import type { Run } from './vitest.ts'

const passing: Run = { passed: 3, failed: 0, failures: [] }
const failing = (...files: string[]): Run => ({
  passed: 10,
  failed: files.length,
  failures: files.map((name) => ({ file: `/root/${name}.test.ts`, tests: [`${name} works`] })),
})

const attempt = async (first: Run, second: Run) => {
  const asked: string[][] = []
  const outcome = await tryAgain(first, '/root', async (args) => {
    asked.push(args)
    return second
  })
  return { outcome, asked }
}

test('what passes by itself is counted as passed, and named', async () => {
  const { outcome, asked } = await attempt(failing('a', 'b'), passing)
  expect(outcome).toEqual({ passed: 12, failed: 0, unsteady: ['a works', 'b works'] })
  expect(asked).toEqual([['--no-file-parallelism', 'a.test.ts', 'b.test.ts']])
})

test('what fails again has failed', async () => {
  expect((await attempt(failing('a', 'b'), failing('a'))).outcome).toEqual({ passed: 10, failed: 2, unsteady: [] })
})

test.each([
  ['nothing failed', passing],
  ['much failed', failing('a', 'b', 'c', 'd')],
  ['an error came from outside of the tests', { ...passing, failed: 1 }],
  ['a file could not be loaded', { ...passing, failed: 1, failures: [{ file: '/root/a.test.ts', tests: [] }] }],
])('nothing is tried again when %s', async (_, first) => {
  const { outcome, asked } = await attempt(first, passing)
  expect(outcome).toEqual({ passed: first.passed, failed: first.failed, unsteady: [] })
  expect(asked).toEqual([])
})
