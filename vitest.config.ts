import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{libs,services}/*/{src,test}/**/*.test.ts',
      'libs/nostr-client/simulator/**/*.test.ts',
      '{web,cli,bench}/{src,test}/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      '{scripts,test}/**/*.test.ts',
    ],
    globalSetup: ['libs/testkit/src/vitest-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A poll ends as soon as it holds; the default of one second is less than a retry's back-off on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // One more than the cores of the smallest machine: many tests wait for servers that take their time.
    maxWorkers: 3,
  },
})
