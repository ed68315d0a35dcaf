import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A poll ends as soon as it holds; the default of one second is less than a retry's back-off on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // One more than the cores of the smallest machine: many tests wait for servers that take their time.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{libs,services}/*/src/**/*.test.ts', '{web,cli,bench}/src/**/*.test.ts'],
          // Modules are loaded once for each worker, not for each file: two thirds of the time they would take.
          isolate: false,
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
        },
      },
    ],
  },
})
