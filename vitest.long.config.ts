import { defineConfig } from 'vitest/config'

/** Every corner of the web app in real browsers, a quarter of an hour of it; `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['**/*.long.test.ts'],
    globalSetup: ['libs/testkit/src/vitest-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 3,
    isolate: false,
  },
})
