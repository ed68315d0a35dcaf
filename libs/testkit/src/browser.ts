import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { ensureBrowser } from './browser-install.ts'

/** Starts a real Chromium for a test, installing one if there is none. Close it when the test ends. */
export const launchBrowser = async (options: LaunchOptions = {}): Promise<Browser> =>
  chromium.launch({
    ...options,
    executablePath: await ensureBrowser(),
    // Chromium's sandbox refuses root.
    chromiumSandbox: process.getuid?.() !== 0,
  })
