import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { WebManifest, webManifestPath } from '@kez-chat/contracts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { buildApp } from './build.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { newPerson, openChatWith, type Person, reaches, watch, write } from './person.ts'

type Built = { readonly dir: string; readonly remove: () => void }

let app: AppUnderTest
let alice: Person
/** Another version: what every page imports has another content, and so they all have other names. */
let next: Built
let first: string

const buildNext = (): Promise<Built> =>
  buildApp({
    plugins: [
      {
        name: 'next-version',
        transform: (code, id) => (id.endsWith('/ui/icons.ts') ? `${code}\nglobalThis.nextVersion = true` : undefined),
      },
    ],
  })

const buildIn = (dir: string): string =>
  WebManifest.parse(JSON.parse(readFileSync(join(dir, webManifestPath), 'utf8'))).build

beforeAll(async () => {
  app = await startAppUnderTest()
  next = await buildNext()
  first = buildIn(app.dir)
  const bob = await otherProgram(app.url, 'bob')
  alice = await newPerson(app.browser, app.url, 'alice', { reducedMotion: 'reduce' })
  await openChatWith(alice.page, 'bob')
  await bob.send('alice', { type: 'text', text: 'while the server is there' })
  await alice.page.locator('.bubble', { hasText: 'while the server is there' }).waitFor()
}, 240_000)

afterAll(async () => {
  await app?.stop()
  next?.remove()
})

const buildOf = (page: Page): Promise<string | null> => page.locator('meta[name=kez-build]').getAttribute('content')
const cachesOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('kez-app-')))
const isKept = (page: Page, build: string): Promise<boolean> =>
  page.evaluate(async (name) => (await (await caches.open(name)).match('/')) !== undefined, `kez-app-${build}`)
const bar = (page: Page) => page.getByText('A new version is there.')
const newTab = async (hash = ''): Promise<Page> => {
  const page = await alice.context.newPage()
  watch(page)
  await page.goto(`${app.url}/${hash}`)
  return page
}
/** Puts a build in the place of the one that is served: of the old one nothing is left. */
const deploy = (from: string): void => {
  for (const name of readdirSync(app.dir)) rmSync(join(app.dir, name), { recursive: true })
  cpSync(from, app.dir, { recursive: true })
}
const lookForUpdate = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.ready).update().then(() => undefined))

it('starts without the server, with its conversations and all its pages; what is written waits, and goes out', async () => {
  await expect.poll(() => isKept(alice.page, first)).toBe(true)
  await app.stack.services.gateway.stop()
  await alice.page.close()
  alice = { ...alice, page: await newTab() }
  const { page } = alice
  await page.locator('.chat-row', { hasText: 'while the server is there' }).click()
  await write(page, 'written without a server')
  await page.locator('.bubble.sending', { hasText: 'written without a server' }).waitFor()
  await inspect(page, '90-offline-thread')
  for (const name of ['settings', 'find', 'search', 'relays', 'welcome', 'drill', 'me', 'dashboard', 'claims']) {
    await page.goto(`${app.url}/#/${name}`)
    await page.locator(`main[data-screen=${name}]`).waitFor()
  }
  await page.goto(`${app.url}/some/other/address`)
  await page.locator('.chat-row', { hasText: 'written without a server' }).waitFor()
  const kept = await page.evaluate(async () => {
    const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
    return all.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(kept.filter((path) => /^\/(v1|internal|\.well-known|relay)/.test(path))).toEqual([])
  await app.stack.services.gateway.start()
  await page.goto(`${app.url}/#/chats`)
  await page.locator('.chat-row', { hasText: 'written without a server' }).click()
  await reaches(page, 'written without a server', 'sent')
})

it('a new version is offered in every tab, taken by a tap, and no page misses a part or loses a draft', async () => {
  const { page } = alice
  const other = await newTab('#/chats')
  await other.locator('.chat-row').waitFor()
  await page.getByRole('textbox', { name: 'Message' }).fill('half a tho')
  deploy(next.dir)
  const second = buildIn(app.dir)
  expect(second).not.toBe(first)
  await lookForUpdate(page)
  await Promise.all([bar(page).waitFor(), bar(other).waitFor()])
  await inspect(page, '91-update-bar-thread')
  await inspect(other, '92-update-bar-chats')
  await page.getByRole('textbox', { name: 'Message' }).pressSequentially('ught')
  await page.getByRole('button', { name: 'Update' }).click()
  await expect.poll(() => buildOf(page)).toBe(second)
  const field = page.getByRole('textbox', { name: 'Message' })
  await expect.poll(() => field.inputValue()).toBe('half a thought')
  // The other tab goes on with its version, of which the server has nothing any more.
  expect(await buildOf(other)).toBe(first)
  for (const name of ['notifications', 'passphrase', 'add-claim']) {
    await other.goto(`${app.url}/#/${name === 'add-claim' ? 'claims/add' : name}`)
    await other.locator(`main[data-screen=${name}]`).waitFor()
  }
  expect(await cachesOf(page)).toHaveLength(2)
  await other.getByRole('button', { name: 'Update' }).click()
  await expect.poll(() => buildOf(other)).toBe(second)
  await expect.poll(() => cachesOf(page)).toEqual([`kez-app-${second}`])
  expect(await bar(other).count()).toBe(0)
})

it('whoever never presses has the new version at the next start', async () => {
  const { page } = alice
  const third = await buildApp()
  deploy(third.dir)
  third.remove()
  await lookForUpdate(page)
  await bar(page).waitFor()
  for (const tab of alice.context.pages()) if (tab !== page) await tab.close()
  await page.goto('about:blank')
  await expect
    .poll(
      async () => {
        await page.goto(app.url)
        const build = await buildOf(page)
        if (build !== first) await page.goto('about:blank')
        return build
      },
      { timeout: 90_000 },
    )
    .toBe(first)
  await page.locator('.chat-row', { hasText: 'half a thought' }).waitFor()
  expect(alice.complaints).toEqual([])
}, 150_000)

it('is offered to be installed where the browser can, and on an iPhone it says how', async () => {
  const { page } = alice
  await page.goto(`${app.url}/#/settings`)
  await page.locator('main[data-screen=settings]').waitFor()
  expect(await page.getByRole('button', { name: 'Install' }).count()).toBe(0)
  const answered = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const offer = new Event('beforeinstallprompt', { cancelable: true })
        const prompt = async () => resolve(offer.defaultPrevented ? 'asked by the page' : 'asked by the browser')
        window.dispatchEvent(Object.assign(offer, { prompt }))
      }),
  )
  await page.getByRole('button', { name: 'Install' }).click()
  expect(await answered).toBe('asked by the page')
  await page.getByRole('button', { name: 'Install' }).waitFor({ state: 'detached' })

  const userAgent =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'
  const ivy = await newPerson(app.browser, app.url, 'ivy', { userAgent, hasTouch: true, reducedMotion: 'reduce' })
  for (const name of ['welcome', 'settings']) {
    await ivy.page.goto(`${app.url}/#/${name}`)
    await ivy.page.getByText('Add to Home Screen').first().waitFor()
  }
  await inspect(ivy.page, '93-install-apple')
  expect(ivy.complaints).toEqual([])
})
