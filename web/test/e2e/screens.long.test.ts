import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { choosePassphrase, newPerson, type Person, passphrase, takeHandle, watch, write } from './person.ts'

let app: AppUnderTest
let page: Page
let complaints: string[]
let alice: Person
let bob: Awaited<ReturnType<typeof otherProgram>>

beforeAll(async () => {
  app = await startAppUnderTest({ args: ['--host-resolver-rules=MAP plain.test 127.0.0.1'] })
  page = await (await app.browser.newContext({ reducedMotion: 'reduce' })).newPage()
  complaints = watch(page)
  alice = await newPerson(app.browser, app.url, 'alice', { reducedMotion: 'reduce' })
  bob = await otherProgram(app.url, 'bob')
})

afterAll(() => app?.stop())

describe('every screen is accessible, fits a phone and a desktop, and looks right in both themes', () => {
  it('landing', async () => {
    await page.goto(app.url)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await inspect(page, '01-landing')
    // What the budget for the first page counts is all that the page has loaded.
    const named = [...(await (await fetch(app.url)).text()).matchAll(/"(\/assets\/[^"]+\.js)"/g)].map(
      ([, path]) => path,
    )
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => path.endsWith('.js')),
    )
    expect(loaded).toEqual(expect.arrayContaining(named))
    // Once it is shown, it looks for a newer version of itself.
    const later = loaded.filter((path) => !named.includes(path))
    const sizes = await Promise.all(later.map(async (path) => (await (await fetch(`${app.url}${path}`)).text()).length))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(10_000)
  })

  it('creating an identity', async () => {
    await page.goto(`${app.url}/#/create`)
    await page.locator('.phrase li').first().waitFor()
    await inspect(page, '02-create-phrase')
    await page.getByRole('button', { name: 'I have written them down' }).click()
    for (const field of await page.getByLabel(/^Word \d+$/).all()) await field.fill('wrong')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await inspect(page, '03-create-confirm-wrong')
  })

  it('restoring an identity, choosing a passphrase and a handle', async () => {
    await page.goto(`${app.url}/#/restore`)
    await page.getByLabel('Recovery phrase').fill('abandon abandon abuot')
    await page.getByRole('button', { name: 'Continue' }).click()
    await inspect(page, '04-restore-wrong')
    await page.getByLabel('Recovery phrase').fill(`${'abandon '.repeat(11)}about`)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Passphrase', { exact: true }).fill('short')
    await page.getByLabel('Repeat the passphrase').fill('short')
    await page.getByRole('button', { name: 'Lock with this passphrase' }).click()
    await inspect(page, '05-passphrase-short')
    await choosePassphrase(page)
    await page.getByLabel('Handle').fill('alice')
    await page.getByText('This handle is taken.').waitFor()
    await inspect(page, '06-handle-taken')
    await page.getByLabel('Handle').fill('carol')
    await page.getByText('carol@localhost is free.').waitFor()
    await inspect(page, '07-handle-free')
    await takeHandle(page, 'carol')
  })

  it('chats without anybody, and the lock', async () => {
    await inspect(page, '08-chats-empty')
    await page.goto(`${app.url}/#/settings`)
    await page.getByRole('button', { name: 'Lock now' }).click()
    await page.getByRole('heading', { name: 'Unlock kez' }).waitFor()
    await page.getByLabel('Passphrase').fill('wrong passphrase')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('That passphrase does not open it.').waitFor()
    await page.getByText('Forgot your passphrase?').click()
    await inspect(page, '09-unlock-wrong')
  })

  it('chats with people, unread ones and one that could not be opened', async () => {
    const dora = await otherProgram(app.url, 'dora_with_a_rather_long_handle')
    const mallory = await otherProgram(app.url, 'mallory')
    const day = 86_400_000
    await bob.send('alice', { type: 'text', text: 'Are you coming on Saturday?' }, { sentAt: Date.now() - day })
    await dora.send('alice', { type: 'text', text: 'a'.repeat(300) }, { sentAt: Date.now() - 3 * day })
    await mallory.send('alice', { type: 'text', text: 'مرحبا، أنا بوب' }, { fromHandle: 'bob@localhost' })
    await bob.sendJunk('alice')
    await alice.page.getByText('1 message could not be opened').waitFor()
    for (const text of ['aaaa', 'Saturday']) {
      await alice.page.goto(`${app.url}/#/requests`)
      await alice.page.locator('.chat-row', { hasText: text }).click()
      await alice.page.getByRole('button', { name: 'Accept' }).click()
      await alice.page.getByRole('textbox', { name: 'Message' }).waitFor()
    }
    await alice.page.goto(`${app.url}/#/chats`)
    await bob.send('alice', { type: 'text', text: 'On Saturday, I mean.' })
    await alice.page.locator('.chat-row .unread').waitFor()
    await inspect(alice.page, '10-chats')
    await alice.page.getByText('Why?').click()
    await inspect(alice.page, '10-chats-why')
  })

  it('a thread', async () => {
    // With one way alone a refusal is final at once, and shown.
    await alice.page.goto(`${app.url}/#/relays`)
    await alice.page.getByRole('button', { name: /^Remove / }).click()
    await alice.page.goto(`${app.url}/#/chats`)
    await alice.page.locator('.chat-row', { hasText: 'Saturday' }).click()
    await alice.page.getByRole('textbox', { name: 'Message' }).waitFor()
    await write(alice.page, 'Yes! I am bringing the tent, two sleeping bags and whatever is left of the cheese.')
    await write(alice.page, 'The route is here: https://example.org/maps/way/through/the/hills?from=station&to=lake')
    await alice.page.locator('.bubble.sent').nth(1).waitFor()
    await bob.send('alice', { type: 'text', text: 'Perfect.\nShall we say ten at the station?' })
    await bob.send('alice', { type: 'text', text: 'שלום 👋🏽' })
    await bob.send('alice', { type: 'kez-hologram-v7' })
    await alice.page.locator('.bubble .unknown').waitFor()
    await alice.page.route('**/v1/messages', (route) =>
      route.fulfill({
        status: 404,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: 'urn:x', title: 'gone', status: 404, code: 'not_found', detail: 'gone' }),
      }),
    )
    await write(alice.page, 'Ten is fine.')
    await alice.page.locator('.bubble.failed').waitFor()
    await alice.page.unroute('**/v1/messages')
    await alice.page.route('**/v1/messages', (route) => route.abort())
    await write(alice.page, 'And bring the map, please.')
    await alice.page.locator('.bubble.sending').waitFor()
    await inspect(alice.page, '11-thread')
    await alice.page.unroute('**/v1/messages')
    await alice.page.locator('.bubble.sending').waitFor({ state: 'detached' })
    await alice.page.getByRole('button', { name: 'Try again' }).click()
    await alice.page.locator('.bubble.failed').waitFor({ state: 'detached' })
  })

  it('a thread with somebody whose name is not confirmed', async () => {
    await alice.page.goto(`${app.url}/#/requests`)
    await alice.page.locator('.chat-row', { hasText: 'مرحبا' }).click()
    await alice.page.getByText('They call themselves bob@localhost').waitFor()
    await alice.page.getByRole('button', { name: 'Accept' }).click()
    await alice.page.getByText('This key says it is bob@localhost').waitFor()
    await inspect(alice.page, '12-thread-unconfirmed')
  })

  it('finding somebody', async () => {
    await alice.page.goto(`${app.url}/#/find`)
    await alice.page.getByLabel('Handle').fill('nobody-here')
    await alice.page.getByRole('button', { name: 'Find' }).click()
    await alice.page.getByText('Nobody is called').waitFor()
    await inspect(alice.page, '13-find-nobody')
    await alice.page.getByLabel('Handle').fill('mallory')
    await alice.page.getByRole('button', { name: 'Find' }).click()
    await alice.page.getByRole('button', { name: 'Write' }).waitFor()
    await inspect(alice.page, '14-find-found')
  })

  it('settings', async () => {
    await alice.page.goto(`${app.url}/#/settings`)
    await inspect(alice.page, '15-settings')
    await alice.page.getByLabel('Passphrase').fill(passphrase)
    await alice.page.getByRole('button', { name: 'Show the words' }).click()
    await alice.page.locator('.phrase li').first().waitFor()
    await alice.page.getByRole('button', { name: 'Erase everything here' }).click()
    await alice.page.locator('.phrase').scrollIntoViewIfNeeded()
    await inspect(alice.page, '16-settings-phrase')
  })

  it('offline, and an address that is not secure', async () => {
    await alice.page.goto(`${app.url}/#/chats`)
    await alice.context.setOffline(true)
    await alice.page.locator('.connection[data-state="offline"]').waitFor()
    await inspect(alice.page, '17-chats-offline')
    await alice.context.setOffline(false)
    const plain = await (await app.browser.newContext()).newPage()
    await plain.goto(`http://plain.test:${new URL(app.url).port}/`)
    await plain.getByRole('heading', { level: 1 }).waitFor()
    await inspect(plain, '18-insecure')
  })

  it('and nothing went wrong unseen', () => {
    expect(complaints).toEqual([])
    expect(alice.complaints).toEqual([])
  })
})

describe('the theme', () => {
  it('chosen in settings overrules the system and is kept', async () => {
    const background = () => alice.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    await alice.page.goto(`${app.url}/#/settings`)
    await alice.page.emulateMedia({ colorScheme: 'light' })
    await alice.page.getByText('Dark', { exact: true }).click()
    expect(await background()).toBe('rgb(11, 12, 14)')
    await alice.page.reload()
    await alice.page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(await background()).toBe('rgb(11, 12, 14)')
    await alice.page.getByText('Light', { exact: true }).click()
    expect(await background()).toBe('rgb(246, 247, 249)')
  })
})

describe('the keyboard', () => {
  it('reaches everything: a chat is opened and answered without a pointer, and Back returns to the list', async () => {
    await alice.page.setViewportSize({ width: 1280, height: 800 })
    await alice.page.goto(`${app.url}/#/chats`)
    const row = alice.page.locator('.chat-row', { hasText: 'bob' }).first()
    await row.waitFor()
    const reached = () => row.evaluate((element) => element === document.activeElement)
    for (let i = 0; i < 12 && !(await reached()); i++) await alice.page.keyboard.press('Tab')
    expect(await reached()).toBe(true)
    await alice.page.keyboard.press('Enter')
    const field = alice.page.getByRole('textbox', { name: 'Message' })
    await field.waitFor()
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
    await alice.page.keyboard.type('typed blindly')
    await alice.page.keyboard.press('Enter')
    await alice.page.locator('.bubble.sent', { hasText: 'typed blindly' }).waitFor()
    expect(await alice.page.title()).toContain('bob')
    await alice.page.goBack()
    await alice.page.getByText('Pick a chat').waitFor()
    expect(await alice.page.title()).toContain('Chats')
  })
})
