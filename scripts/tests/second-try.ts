import { relative } from 'node:path'
import type { Counts } from './counts.ts'
import type { Run } from './vitest.ts'

/** More failures than these are no accident. */
const mostFiles = 3

export type Steadied = Counts & {
  /** What failed beside the other tests and passed by itself: tests, or files whose preparation failed. */
  readonly unsteady: readonly string[]
}

/**
 * On a busy machine a test, or what it prepares, can lose a race that has nothing to do with what it proves. The few
 * files in which something failed run once more, by themselves: what fails again has failed, and what passes is named,
 * for it wants mending.
 */
export const tryAgain = async (first: Run, root: string, run: (args: string[]) => Promise<Run>): Promise<Steadied> => {
  const { failures } = first
  const inFiles = failures.reduce((sum, { tests }) => sum + Math.max(1, tests.length), 0)
  // A crash, or an error outside of all files: nothing that chance explains.
  const explicable = inFiles === first.failed && inFiles > 0 && failures.length <= mostFiles
  if (!explicable) return { passed: first.passed, failed: first.failed, unsteady: [] }
  const second = await run(['--no-file-parallelism', ...failures.map(({ file }) => relative(root, file))])
  if (second.failed > 0) return { passed: first.passed, failed: first.failed, unsteady: [] }
  const before = failures.reduce((sum, { passed }) => sum + passed, 0)
  return {
    passed: first.passed - before + second.passed,
    failed: 0,
    unsteady: failures.flatMap(({ file, tests }) => (tests.length > 0 ? tests : [relative(root, file)])),
  }
}
