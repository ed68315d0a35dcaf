import { relative } from 'node:path'
import type { Counts } from './counts.ts'
import type { Run } from './vitest.ts'

/** More failures than these are no accident. */
const mostFiles = 3

export type Steadied = Counts & {
  /** What failed beside the other tests and passed by itself. */
  readonly unsteady: readonly string[]
}

/**
 * On a busy machine a test can lose a race that has nothing to do with what it proves. The few files in which tests
 * failed run once more, by themselves: what fails again has failed, and what passes is named, for it wants mending.
 */
export const tryAgain = async (first: Run, root: string, run: (args: string[]) => Promise<Run>): Promise<Steadied> => {
  const failures = first.failures.filter(({ tests }) => tests.length > 0)
  const inTests = failures.reduce((sum, { tests }) => sum + tests.length, 0)
  // A file that cannot be loaded, an error outside of the tests, a crash: nothing that chance explains.
  const explicable = inTests === first.failed && inTests > 0 && failures.length <= mostFiles
  if (!explicable) return { passed: first.passed, failed: first.failed, unsteady: [] }
  const second = await run(['--no-file-parallelism', ...failures.map(({ file }) => relative(root, file))])
  if (second.failed > 0) return { passed: first.passed, failed: first.failed, unsteady: [] }
  return { passed: first.passed + inTests, failed: 0, unsteady: failures.flatMap(({ tests }) => tests) }
}
