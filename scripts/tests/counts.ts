import { z } from 'zod'

export type Counts = { readonly passed: number; readonly failed: number }

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
})

/**
 * Counts tests from vitest's JSON report. A file that fails outside of its tests counts as one failure, and so does a
 * run that ends badly without a failed test (an unhandled error, a crash, no report at all).
 */
export const countTests = (json: string | undefined, exitCode: number | null): Counts => {
  if (json === undefined) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, testResults } = report.parse(JSON.parse(json))
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = numFailedTests + brokenFiles
  return { passed: numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}
