import { defineConfig } from 'vitest/config'

/** Minutes of things going wrong on purpose; `npm run chaos`. */
export default defineConfig({
  test: {
    include: ['{libs,services}/*/{test,simulator}/**/*.chaos.ts', 'test/**/*.chaos.ts'],
    globalSetup: ['libs/testkit/src/vitest-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 120_000, interval: 250 } },
    maxWorkers: 1,
  },
})
