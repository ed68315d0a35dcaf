import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Short to read and long to run. */
const longest = /\/(simulator|setup\/(stop|keeps|start))\.test\.ts$/

/** Largest files first, as vitest has it, but before them those that would run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (longest.test(moduleId) ? 0 : 1)
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A poll ends as soon as it holds; the default of one second is less than a retry's back-off on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    // One more than the cores of the smallest machine: many tests wait for servers and browsers that take their time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Modules are loaded once for each worker, not for each file: two thirds of the time that units would take.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{libs,services}/*/src/**/*.test.ts', '{web,cli,bench}/src/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          globalSetup: ['libs/testkit/src/vitest-setup.ts'],
          include: [
            '{libs,services,examples}/*/test/**/*.test.ts',
            'libs/nostr-client/simulator/**/*.test.ts',
            '{web,cli,bench}/test/**/*.test.ts',
            '{scripts,test}/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/*.long.test.ts'],
        },
      },
    ],
  },
})
