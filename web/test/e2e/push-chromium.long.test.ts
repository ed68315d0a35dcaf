import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Desktop, ensureBrowser, type Stack, startDesktop, startStack } from '@kez-chat/testkit'
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtApp } from './build.ts'
import { createIdentity, press } from './puppet.ts'

let built: Awaited<ReturnType<typeof builtApp>>
let profile = ''
let stack: Stack
let desktop: Desktop
let browser: Browser
let cdp: CDPSession
let registrationId = ''

beforeAll(async () => {
  built = await builtApp()
  profile = await mkdtemp(join(tmpdir(), 'kez-chromium-'))
  stack = await startStack({ webDir: built.dir })
  desktop = await startDesktop()
  browser = await puppeteer.launch({
    executablePath: await ensureBrowser(),
    userDataDir: profile,
    // Chromium's sandbox refuses root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    env: { PATH: process.env.PATH ?? '', HOME: profile, ...desktop.env },
  })
  await browser.defaultBrowserContext().overridePermissions(stack.url, ['notifications'])
  cdp = await (await browser.newPage()).createCDPSession()
  cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    registrationId =
      registrations.find(({ scopeURL }) => scopeURL.startsWith(stack.url))?.registrationId ?? registrationId
  })
  await cdp.send('ServiceWorker.enable')
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await desktop?.stop()
  await stack?.stop()
  built?.remove()
  await rm(profile, { recursive: true, force: true, maxRetries: 5 })
})

const appPages = async (): Promise<Page[]> => (await browser.pages()).filter((page) => page.url().startsWith(stack.url))

const openApp = async (hash: string): Promise<Page> => {
  const page = await browser.newPage()
  page.setDefaultTimeout(40_000)
  await page.goto(`${stack.url}/#/${hash}`)
  return page
}

/** An empty push, as the browser gets it from its vendor. */
const push = () => cdp.send('ServiceWorker.deliverPushMessage', { origin: stack.url, registrationId, data: '' })

it('with every tab closed each push is shown once by the desktop, and a click opens the chat', async () => {
  const page = await openApp('create')
  await createIdentity(page, 'alice')
  await page.goto(`${stack.url}/#/notifications`)
  // The worker starts; a subscription Chromium gets from its vendor only.
  await press(page, 'Turn notifications on')
  await expect.poll(() => registrationId).not.toBe('')
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await page.close()
  expect(await appPages()).toEqual([])
  for (const count of [1, 2]) {
    await push()
    await expect.poll(() => desktop.shown.length).toBe(count)
  }
  expect(desktop.shown.map(({ title }) => title)).toEqual(['kez', 'kez'])
  expect(desktop.shown[1]?.body).toContain('Something new has come.')
  desktop.click(desktop.shown[1]?.id ?? 0)
  await expect.poll(async () => (await appPages()).length).toBe(1)
}, 120_000)

it('a click brings the chat that is open to the front, and opens no second one', async () => {
  for (const page of await appPages()) await page.close()
  const page = await openApp('chats')
  const other = await browser.newPage()
  await other.bringToFront()
  await expect.poll(() => page.evaluate('document.visibilityState')).toBe('hidden')
  const before = desktop.shown.length
  await push()
  await expect.poll(() => desktop.shown.length).toBe(before + 1)
  desktop.click(desktop.shown.at(-1)?.id ?? 0)
  await expect.poll(() => page.evaluate('document.visibilityState')).toBe('visible')
  expect(await appPages()).toHaveLength(1)
}, 60_000)
