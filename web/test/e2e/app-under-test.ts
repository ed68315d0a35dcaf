import { launchBrowser, type Stack, startStack } from '@kez-chat/testkit'
import type { Browser } from 'playwright-core'
import { builtApp } from './build.ts'

export type AppUnderTest = {
  readonly stack: Stack
  readonly browser: Browser
  readonly url: string
  /** Where the server finds the built app. */
  readonly dir: string
  readonly stop: () => Promise<void>
}

/** The app as built, the whole real server behind it, and a real browser. */
export const startAppUnderTest = async ({
  args = [],
  env = {},
}: {
  /** For the browser. */
  readonly args?: string[]
  /** More settings for the server. */
  readonly env?: Readonly<Record<string, string>>
} = {}): Promise<AppUnderTest> => {
  const app = await builtApp()
  const stack = await startStack({
    webDir: app.dir,
    // One test address stands for many people.
    env: { KEZ_POST_RATE_PER_MINUTE: '6000', KEZ_POST_BURST: '6000', KEZ_REGISTER_RATE_PER_MINUTE: '6000', ...env },
  })
  const browser = await launchBrowser({ args })
  return {
    stack,
    browser,
    url: stack.url,
    dir: app.dir,
    stop: async () => {
      await browser.close()
      await stack.stop()
      app.remove()
    },
  }
}
