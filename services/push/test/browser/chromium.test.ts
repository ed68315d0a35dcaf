import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Desktop, ensureBrowser, startDesktop } from '@kez-chat/testkit'
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp } from './build-app.ts'
import { serveApp } from './serve-app.ts'

let webDir = ''
let profile = ''
let app: Awaited<ReturnType<typeof serveApp>>
let desktop: Desktop
let browser: Browser
let cdp: CDPSession
let registrationId = ''

beforeAll(async () => {
  webDir = await buildApp()
  profile = await mkdtemp(join(tmpdir(), 'kez-chromium-'))
  app = await serveApp(webDir)
  desktop = await startDesktop()
  browser = await puppeteer.launch({
    executablePath: await ensureBrowser(),
    userDataDir: profile,
    // Chromium's sandbox refuses root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    env: { PATH: process.env.PATH ?? '', HOME: profile, ...desktop.env },
  })
  await browser.defaultBrowserContext().overridePermissions(app.url, ['notifications'])
  cdp = await (await browser.newPage()).createCDPSession()
  cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    registrationId =
      registrations.find(({ scopeURL }) => scopeURL.startsWith(app.url))?.registrationId ?? registrationId
  })
  await cdp.send('ServiceWorker.enable')
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await desktop?.stop()
  await app?.stop()
  for (const folder of [webDir, profile]) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

const appPages = async (): Promise<Page[]> => (await browser.pages()).filter((page) => page.url().startsWith(app.url))

const openApp = async (): Promise<Page> => {
  const page = await browser.newPage()
  await page.goto(app.url)
  await page.evaluate('kez.shown()')
  await expect.poll(() => registrationId).not.toBe('')
  return page
}

/** An empty push, as the browser gets it from its vendor. */
const push = () => cdp.send('ServiceWorker.deliverPushMessage', { origin: app.url, registrationId, data: '' })

it('with every tab closed an empty push is shown by the desktop, and a click opens the chat', async () => {
  await (await openApp()).close()
  expect(await appPages()).toEqual([])
  await push()
  await expect.poll(() => desktop.shown.length).toBe(1)
  const [shown] = desktop.shown
  expect(shown?.title).toBe('kez-chat')
  expect(shown?.body).toContain('Something new has come.')
  desktop.click(shown?.id ?? 0)
  await expect.poll(async () => (await appPages()).length).toBe(1)
})

it('a click brings the chat that is open to the front, and opens no second one', async () => {
  for (const page of await appPages()) await page.close()
  const page = await openApp()
  const other = await browser.newPage()
  await other.bringToFront()
  await expect.poll(() => page.evaluate('document.visibilityState')).toBe('hidden')
  const before = desktop.shown.length
  await push()
  await expect.poll(() => desktop.shown.length).toBeGreaterThan(before)
  desktop.click(desktop.shown.at(-1)?.id ?? 0)
  await expect.poll(() => page.evaluate('document.visibilityState')).toBe('visible')
  expect(await appPages()).toHaveLength(1)
})
