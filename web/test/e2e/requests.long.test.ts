import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords } from './browser-storage.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { newPerson, type Person } from './person.ts'

let app: AppUnderTest
let alice: Person
let page: Page
let bob: Awaited<ReturnType<typeof otherProgram>>
let carol: Awaited<ReturnType<typeof otherProgram>>

beforeAll(async () => {
  app = await startAppUnderTest()
  alice = await newPerson(app.browser, app.url, 'alice', { reducedMotion: 'reduce' })
  page = alice.page
  bob = await otherProgram(app.url, 'bob')
  carol = await otherProgram(app.url, 'carol')
})

afterAll(() => app?.stop())

afterEach(() => {
  expect(alice.complaints).toEqual([])
})

const says = (who: typeof bob, text: string, options = {}) => who.send('alice', { type: 'text', text }, options)

const go = (name: string) => page.goto(`${app.url}/#/${name}`)

const rows = () => page.locator('.chat-row')

const focused = (role: string, name: string | RegExp) =>
  page
    .getByRole(role === 'link' ? 'link' : 'button', { name })
    .first()
    .evaluate((node) => node === document.activeElement)

/** Presses Tab until the control has the focus, as somebody without a pointer would. */
const tabTo = async (role: 'link' | 'button', name: string | RegExp): Promise<void> => {
  await page.getByRole(role, { name }).first().waitFor()
  for (let i = 0; i < 30 && !(await focused(role, name)); i++) await page.keyboard.press('Tab')
  expect(await focused(role, name), `Tab reaches ${name}`).toBe(true)
}

const openMenu = async (): Promise<void> => {
  await tabTo('button', 'More about this chat')
  await page.keyboard.press('Enter')
  await page.getByRole('menu').waitFor()
}

/** Chooses from the menu by arrow keys. */
const choose = async (label: string): Promise<void> => {
  await openMenu()
  const item = page.getByRole('menuitem', { name: label })
  const has = () => item.evaluate((node) => node === document.activeElement)
  for (let i = 0; i < 6 && !(await has()); i++) await page.keyboard.press('ArrowDown')
  expect(await has(), `an arrow key reaches ${label}`).toBe(true)
  await page.keyboard.press('Enter')
}

describe('a stranger who writes', () => {
  it('waits as a request: not among the chats, not in the title, and with who it is beside the message', async () => {
    await says(bob, 'Hello, is this Alice?')
    await page.getByRole('link', { name: 'Requests (1)' }).waitFor()
    expect(await rows().count()).toBe(0)
    expect(await page.title()).toBe('Chats · kez')
    await page.getByRole('link', { name: 'Requests (1)' }).click()
    await page.getByRole('heading', { name: 'Message requests' }).waitFor()
    await inspect(page, '21-requests')
    await rows().click()
    await page.getByText('This is bob@localhost, says their server.').waitFor()
    await page.locator('.bubble', { hasText: 'is this Alice' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0)
    await inspect(page, '22-request')
  })

  it('is in the list once accepted, and can be answered at once', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.getByRole('button', { name: 'Accept' }).click()
    const field = page.getByRole('textbox', { name: 'Message' })
    await field.waitFor()
    await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true)
    await page.locator('.chat-row .name', { hasText: 'bob' }).waitFor()
    await page.reload()
    await field.waitFor()
    expect(await page.getByRole('link', { name: /Requests/ }).count()).toBe(0)
  })

  it('under a name that is not theirs is shown as unconfirmed, reported without their words, and blocked for good', async () => {
    await go('chats')
    await says(carol, 'Buy my very cheap watches', { fromHandle: 'bob@localhost' })
    await page.getByRole('link', { name: 'Requests (1)' }).click()
    await rows().click()
    await page.getByText('They call themselves bob@localhost. Their server has not confirmed that').waitFor()
    await page.getByRole('button', { name: 'Report…' }).click()
    const report = await page.getByLabel('Text of the report').inputValue()
    expect(report).toContain(carol.key.primary)
    expect(report).toContain('bob@localhost (claimed, not confirmed)')
    expect(report).toMatch(/date: \d{4}-\d\d-\d\dT/)
    expect(report).not.toContain('watches')
    await inspect(page, '23-report')
    await page.getByRole('button', { name: 'Block this person' }).click()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByText('You have blocked this person').waitFor()
    await inspect(page, '24-blocked')

    const before = await countRecords(page, 'messages')
    await says(carol, 'Even cheaper now')
    await says(bob, 'after the blocked one')
    await page.locator('.chat-row', { hasText: 'after the blocked one' }).waitFor()
    expect(await countRecords(page, 'messages')).toBe(before + 1)
    expect(await page.title()).toContain('(1)')
    expect(await page.getByRole('link', { name: /Requests/ }).count()).toBe(0)

    await go('settings')
    await page.getByText('You have blocked 1 person.').waitFor()
    await page.getByRole('button', { name: /^Unblock/ }).click()
    await page.getByText('You have blocked nobody.').waitFor()
    await go('chats')
    await says(carol, 'I am sorry')
    await page.locator('.chat-row', { hasText: 'I am sorry' }).waitFor()
  })
})

describe('a conversation', () => {
  it('shows its unread messages as 99+, says the number to a screen reader, and forgets it when opened', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    const pill = page.locator('.chat-row', { hasText: 'bob' }).locator('.unread')
    for (let sent = 1; sent < 103; sent += 17) {
      await Promise.all(Array.from({ length: 17 }, (_, i) => says(bob, `number ${sent + i}`)))
    }
    await expect.poll(() => pill.textContent(), { timeout: 60_000 }).toContain('103 unread messages')
    expect(await pill.locator('[aria-hidden]').textContent()).toBe('99+')
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.locator('.chat-row', { hasText: 'bob' }).click()
    await pill.waitFor({ state: 'detached' })
    expect(await page.title()).not.toMatch(/\(10\d\)/)
  })

  it('is muted and archived from the keyboard, and comes back with a new message unless it is muted', async () => {
    await choose('Archive')
    await go('chats')
    await page.getByRole('link', { name: 'Archived (1)' }).waitFor()
    expect(await page.locator('.chat-row', { hasText: 'bob' }).count()).toBe(0)
    await says(bob, 'back again')
    await page.locator('.chat-row', { hasText: 'back again' }).waitFor()
    await page.getByRole('link', { name: /Archived/ }).waitFor({ state: 'detached' })

    await page.locator('.chat-row', { hasText: 'bob' }).click()
    await choose('Mute')
    await page.getByRole('dialog').getByRole('button', { name: 'Until I unmute it' }).press('Enter')
    await page.locator('.chat-row', { hasText: 'Muted' }).waitFor()
    await choose('Archive')
    await go('archived')
    await page.getByRole('heading', { name: 'Archived chats' }).waitFor()
    const counted = await page.title()
    await says(bob, 'stays away')
    await page.locator('.chat-row', { hasText: 'stays away' }).locator('.unread.quiet').waitFor()
    expect(await page.title()).toBe(counted)
    await inspect(page, '27-archived')
  })

  it('is deleted with all that was written, after a question that can be answered with Escape', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.locator('.chat-row', { hasText: 'stays away' }).click()
    const field = page.getByRole('textbox', { name: 'Message' })
    await field.fill('half a thought')
    await expect.poll(() => countRecords(page, 'drafts')).toBe(1)
    await page.locator('.thread-pane h1').focus()
    await openMenu()
    await inspect(page, '28-menu')
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 1280, height: 800 })
    await choose('Delete chat…')
    await page.getByRole('dialog').waitFor()
    await inspect(page, '29-delete')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.setViewportSize({ width: 1280, height: 800 })
    await choose('Delete chat…')
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('Pick a chat').waitFor()
    // Carol's two stay: the one before the block and the one after it.
    await expect.poll(() => countRecords(page, 'messages')).toBe(2)
    expect(await countRecords(page, 'drafts')).toBe(0)
    expect(await page.locator('.chat-row', { hasText: 'bob' }).count()).toBe(0)
  })
})

describe('the keyboard alone', () => {
  it('goes from the list to a request, accepts it, answers, and returns', async () => {
    await says(bob, 'me again')
    await go('chats')
    await tabTo('link', 'Requests (1)')
    await page.keyboard.press('Enter')
    await tabTo('link', /me again/)
    await page.keyboard.press('Enter')
    await tabTo('button', 'Accept')
    await page.keyboard.press('Enter')
    const field = page.getByRole('textbox', { name: 'Message' })
    await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true)
    await page.keyboard.type('welcome back')
    await page.keyboard.press('Enter')
    await page.locator('.bubble.sent', { hasText: 'welcome back' }).waitFor()
    await tabTo('link', 'New chat')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'New chat' }).waitFor()
    await tabTo('link', 'Back')
    await page.keyboard.press('Enter')
    await tabTo('link', 'Settings')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })
})

describe('the language', () => {
  it('chosen in settings is kept, and German fits a phone', async () => {
    await go('settings')
    await page.getByText('Deutsch', { exact: true }).click()
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
    await says(await otherProgram(app.url, 'dieter'), 'Guten Tag')
    await go('requests')
    await page.locator('.chat-row', { hasText: 'Guten Tag' }).click()
    await page.getByRole('button', { name: 'Melden …' }).click()
    await inspect(page, '30-german-report')
    await page.getByRole('button', { name: 'Diese Person blockieren' }).click()
    await go('settings')
    await page.getByText('Du hast 1 Person blockiert.').waitFor()
    await inspect(page, '31-german-settings')
  })
})
