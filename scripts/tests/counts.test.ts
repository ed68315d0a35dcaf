import { expect, test } from 'vitest'
import { countTests, listFailed } from './counts.ts'

const file = (status: string, ...tests: string[]) => ({
  name: `/a/${status}.test.ts`,
  status,
  assertionResults: tests.map((status, i) => ({ status, fullName: `${status} ${i}` })),
})
const report = (passed: number, failed: number, ...testResults: object[]) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults })

test.each([
  ['all pass', report(2, 0, file('passed', 'passed', 'passed')), 0, { passed: 2, failed: 0 }],
  ['one fails', report(1, 1, file('failed', 'passed', 'failed')), 1, { passed: 1, failed: 1 }],
  ['a file cannot be loaded', report(1, 0, file('failed'), file('passed', 'passed')), 1, { passed: 1, failed: 1 }],
  ['an error outside of tests', report(1, 0, file('passed', 'passed')), 1, { passed: 1, failed: 1 }],
  ['killed by a signal', report(1, 0, file('passed', 'passed')), null, { passed: 1, failed: 1 }],
  ['no report', undefined, 1, { passed: 0, failed: 1 }],
])('the last line tells the truth when %s', (_, json, code, counts) => {
  expect(countTests(json, code)).toEqual(counts)
})

test('what failed is named, file by file', () => {
  const json = report(2, 2, file('passed', 'passed'), file('failed', 'failed', 'passed', 'failed'))
  expect(listFailed(json)).toEqual([{ file: '/a/failed.test.ts', tests: ['failed 0', 'failed 2'], passed: 1 }])
})
