import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { installByApt, isDebian, lastWords } from './apt-install.ts'

const run = promisify(execFile)
const installTimeoutMs = 480_000

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const places = ['/usr/bin', '/usr/local/bin', '/snap/bin']
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** No browser is here and none could be installed; the message says what was tried and what to do. */
export class BrowserUnavailable extends Error {
  override readonly name = 'BrowserUnavailable'
}

/** A Chromium on this machine: `KEZ_TEST_BROWSER`, the system's, or one that Playwright fetched before. */
export const findBrowser = (): string | undefined => {
  const configured = process.env.KEZ_TEST_BROWSER
  if (configured) return configured
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...places]
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return [...candidates, ...applications, chromium.executablePath()].find((path) => path && existsSync(path))
}

/**
 * Finds a Chromium, installing one when there is none: by apt on Debian, else by Playwright's own download.
 * @param onStep told in words before something slow begins
 * @throws BrowserUnavailable
 */
export const ensureBrowser = async (onStep: (what: string) => void = () => {}): Promise<string> => {
  const present = findBrowser()
  if (present) return present
  const reasons: string[] = []
  const ways = [
    { what: 'Installing Chromium with apt', isPossible: isDebian(), install: () => installByApt('chromium') },
    { what: "Downloading Playwright's Chromium", isPossible: true, install: installByPlaywright },
  ]
  for (const { what, isPossible, install } of ways) {
    if (!isPossible) continue
    onStep(what)
    await install().catch((error: unknown) => reasons.push(`${what}: ${lastWords(error)}`))
    const found = findBrowser()
    if (found) return found
  }
  throw new BrowserUnavailable(
    `The tests need a Chromium, and none could be installed:\n${reasons.map((reason) => `  - ${reason}\n`).join('')}` +
      'Install one by hand (Debian: apt-get install chromium), or set KEZ_TEST_BROWSER to the path of a Chromium or Chrome.',
  )
}

const installByPlaywright = async (): Promise<void> => {
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js')
  await run(process.execPath, [cli, 'install', 'chromium'], { timeout: installTimeoutMs, maxBuffer: 16 * 1024 * 1024 })
}
