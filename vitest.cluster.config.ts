import { defineConfig } from 'vitest/config'

/** The app in a real browser before three nodes of NATS and every service twice; `npm run test:cluster`. */
export default defineConfig({
  test: {
    include: [
      'web/test/e2e/{chat,newcomer}.test.ts',
      'web/test/e2e/{delivery,offline,files,transports,notifications,invite,move,keys,push-chromium,push-firefox}.long.test.ts',
    ],
    globalSetup: ['libs/testkit/src/vitest-setup.ts'],
    // Ten services and three servers share the machine with a browser.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 90_000, interval: 100 } },
    maxWorkers: 1,
    isolate: false,
  },
})
