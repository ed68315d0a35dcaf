import { z } from 'zod'

export type Counts = { readonly passed: number; readonly failed: number }

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
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

/** A file that failed, those of its tests that did (none where the file itself could not run), and how many passed. */
export type FailedFile = { readonly file: string; readonly tests: readonly string[]; readonly passed: number }

/** What failed by vitest's JSON report, file by file. */
export const listFailed = (json: string): FailedFile[] =>
  report
    .parse(JSON.parse(json))
    .testResults.filter(({ status }) => status === 'failed')
    .map(({ name, assertionResults }) => ({
      file: name,
      tests: assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
      passed: assertionResults.filter(({ status }) => status === 'passed').length,
    }))
