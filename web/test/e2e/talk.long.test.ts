import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords } from './browser-storage.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { newPerson, openChatWith, type Person, reaches, write } from './person.ts'

let app: AppUnderTest
/** At a desk, by keyboard where it can be. */
let alice: Person
/** With a phone. */
let bob: Person

const desk = { width: 1280, height: 800 }
const phone = { width: 360, height: 740 }

beforeAll(async () => {
  app = await startAppUnderTest()
  alice = await newPerson(app.browser, app.url, 'alice', { reducedMotion: 'reduce' })
  bob = await newPerson(app.browser, app.url, 'bob', { reducedMotion: 'reduce', viewport: phone, hasTouch: true })
})

afterAll(() => app?.stop())

afterEach(() => {
  expect(alice.complaints).toEqual([])
  expect(bob.complaints).toEqual([])
})

/** By what it says itself, not by what it answers. */
const saying = (page: Page, what: string, text: string): Locator =>
  page.locator(what, { has: page.locator('.said', { hasText: text }) })
const bubble = (page: Page, text: string): Locator => saying(page, '.bubble', text)
const row = (page: Page, text: string): Locator => saying(page, '.row', text)
const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' })

const openMenu = async (page: Page, text: string): Promise<void> => {
  await bubble(page, text).getByRole('button', { name: 'More about this message' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menu').waitFor()
}
const choose = async (page: Page, text: string, item: string): Promise<void> => {
  await openMenu(page, text)
  await page.getByRole('menuitem', { name: item }).click()
}

/** A finger that goes so many px to the right over a bubble. */
const swipe = (page: Page, text: string, px: number) =>
  bubble(page, text).evaluate((target, by) => {
    const touch = (x: number) => new Touch({ identifier: 1, target, clientX: x, clientY: 100 })
    const tell = (type: string, x: number) =>
      target.dispatchEvent(
        new TouchEvent(type, {
          bubbles: true,
          touches: type === 'touchend' ? [] : [touch(x)],
          changedTouches: [touch(x)],
        }),
      )
    tell('touchstart', 50)
    for (let x = 0; x <= by; x += 10) tell('touchmove', 50 + x)
    tell('touchend', 50 + by)
  }, px)

describe('two people', () => {
  it('answer: by menu and keyboard at a desk, by a swipe on a phone; a quote leads to what it answers', async () => {
    await openChatWith(alice.page, 'bob')
    await write(alice.page, 'Shall we meet at eight?')
    await bob.page.getByRole('link', { name: /Requests/ }).click()
    await bob.page.locator('.chat-row').click()
    await bob.page.getByRole('button', { name: 'Accept' }).click()
    await field(bob.page).waitFor()
    await swipe(bob.page, 'Shall we', 30)
    expect(await bob.page.locator('.composer-bar').count()).toBe(0)
    await swipe(bob.page, 'Shall we', 80)
    await bob.page.locator('.composer-bar', { hasText: 'Shall we meet at eight?' }).waitFor()
    await inspect(bob.page, '70-reply')
    await bob.page.setViewportSize(phone)
    await write(bob.page, 'Rather at nine')
    await bob.page.locator('.composer-bar').waitFor({ state: 'detached' })
    await bubble(alice.page, 'Rather at nine').locator('.quote', { hasText: 'Shall we meet at eight?' }).waitFor()

    await openMenu(alice.page, 'Rather at nine')
    await alice.page.keyboard.press('ArrowUp')
    await inspect(alice.page, '71-menu')
    await alice.page.setViewportSize(desk)
    await alice.page.keyboard.press('Escape')
    await choose(alice.page, 'Rather at nine', 'Reply')
    await expect.poll(() => field(alice.page).evaluate((one) => one === document.activeElement)).toBe(true)
    await alice.page.keyboard.press('Escape')
    await alice.page.locator('.composer-bar').waitFor({ state: 'detached' })
    await choose(alice.page, 'Rather at nine', 'Reply')
    await alice.page.keyboard.type('Fine')
    // What is answered is kept with what is being written.
    await alice.page.reload()
    await alice.page.locator('.composer-bar', { hasText: 'Rather at nine' }).waitFor()
    await field(alice.page).press('Enter')
    await bubble(bob.page, 'Fine').locator('.quote', { hasText: 'Rather at nine' }).click()
    await bob.page.locator('.bubble.found', { hasText: 'Rather at nine' }).waitFor()
  })

  it('react with what is at hand and with any emoji; it shows under the bubble and in the list, and is taken back there', async () => {
    const { page } = bob
    await choose(page, 'Fine', 'React with ❤️')
    const chip = (of: Page, name: string) => row(of, 'Fine').getByRole('button', { name })
    await chip(alice.page, '❤️ by bob').waitFor()
    await alice.page
      .locator('[aria-live="polite"]', { hasText: 'bob reacted ❤️ to “Fine”' })
      .waitFor({ state: 'attached' })
    await alice.page.locator('.chat-row', { hasText: 'Reacted ❤️ to “Fine”' }).waitFor()
    expect(await alice.page.locator('.chat-row .unread').count()).toBe(0)
    await chip(alice.page, '❤️ by bob').focus()
    await alice.page.keyboard.press('Enter')
    await chip(page, '❤️ by you and alice').waitFor()
    await inspect(page, '72-reactions')
    await page.setViewportSize(phone)
    await choose(page, 'Fine', 'Another emoji…')
    await page.getByLabel('One emoji').fill('two')
    await page.getByRole('button', { name: 'React', exact: true }).click()
    await page.getByText('This is not a single emoji.').waitFor()
    await inspect(page, '73-emoji')
    await page.setViewportSize(phone)
    await page.getByLabel('One emoji').fill('🦕')
    await page.getByRole('button', { name: 'React', exact: true }).click()
    await chip(alice.page, '🦕 by bob').waitFor()
    await chip(alice.page, '❤️ by you').click()
    await chip(page, '🦕 by you').waitFor()
    await expect.poll(() => chip(page, '❤️ by alice').count()).toBe(0)
    await chip(page, '🦕 by you').click()
    await row(alice.page, 'Fine').locator('.reactions').waitFor({ state: 'detached' })
  })

  it('edit what they said, also while nothing is reached: it shows at once and goes when it can, with what it was', async () => {
    const { page } = alice
    await alice.context.setOffline(true)
    await field(page).press('ArrowUp')
    await page.locator('.composer-bar', { hasText: 'Edit message' }).waitFor()
    expect(await field(page).inputValue()).toBe('Fine')
    await inspect(page, '74-edit')
    await page.setViewportSize(desk)
    await field(page).fill('Fine, at nine')
    await field(page).press('Enter')
    await bubble(page, 'Fine, at nine').getByText('The change is being sent').waitFor({ state: 'attached' })
    expect(await field(page).inputValue()).toBe('')
    await choose(page, 'Shall we', 'React with 👍')
    await row(page, 'Shall we').getByRole('button', { name: '👍 by you' }).waitFor()
    await page.reload()
    await bubble(page, 'Fine, at nine').getByText('The change is being sent').waitFor({ state: 'attached' })
    expect(await bubble(bob.page, 'at nine').count()).toBe(1)
    await alice.context.setOffline(false)
    await bubble(bob.page, 'Fine, at nine').getByText('edited').waitFor()
    await row(bob.page, 'Shall we').getByRole('button', { name: '👍 by alice' }).waitFor()
    await expect.poll(() => page.locator('.change-note').count(), { timeout: 30_000 }).toBe(0)
    await expect.poll(() => countRecords(page, 'changes')).toBe(0)
    await choose(bob.page, 'Fine, at nine', 'Delivery details')
    await bob.page.getByRole('dialog').getByText('Edited once').waitFor()
    expect(await bob.page.locator('.versions .version').allTextContents()).toEqual(['Fine', 'Fine, at nine'])
    await inspect(bob.page, '75-history')
    await bob.page.setViewportSize(phone)
    await bob.page.keyboard.press('Escape')
  })

  it('delete what they said for everyone: a mark stays, in quotes and in the list as well, and search finds nothing', async () => {
    await choose(bob.page, 'Rather at nine', 'Delete for everyone…')
    await bob.page.getByText('It is removed from both devices').waitFor()
    await inspect(bob.page, '76-delete')
    await bob.page.setViewportSize(phone)
    await bob.page.getByRole('button', { name: 'Delete for everyone' }).click()
    await bubble(bob.page, 'You deleted this message.').first().waitFor()
    await bubble(alice.page, 'Fine, at nine').locator('.quote', { hasText: 'This message was deleted.' }).waitFor()
    expect(await bubble(alice.page, 'Rather at nine').count()).toBe(0)
    await inspect(alice.page, '77-deleted')
    await alice.page.setViewportSize(desk)
    expect(await alice.page.getByRole('menuitem', { name: 'Edit' }).count()).toBe(0)
    const thread = alice.page.url()
    await alice.page.goto(`${app.url}/#/search`)
    await alice.page.getByRole('searchbox', { name: 'Words' }).fill('rather')
    await alice.page.getByText('Nothing found').waitFor()
    await alice.page.goto(thread)
  })

  it('have messages disappear: who set it is a line in the thread, and each message says when it goes', async () => {
    const { page } = bob
    await page.getByRole('button', { name: 'More about this chat' }).click()
    await page.getByRole('menuitem', { name: 'Disappearing messages…' }).click()
    await page.getByRole('radio', { name: '1 hour' }).check()
    await inspect(page, '78-timer')
    await page.setViewportSize(phone)
    await page.getByRole('button', { name: 'Set' }).click()
    await page.locator('.line', { hasText: 'You set messages to disappear after 1 hour.' }).waitFor()
    await alice.page.locator('.line', { hasText: 'bob set messages to disappear after 1 hour.' }).waitFor()
    await alice.page.getByRole('button', { name: 'Messages disappear after 1 hour' }).waitFor()
    await write(alice.page, 'The code is 4711')
    await reaches(alice.page, 'The code is 4711', 'delivered')
    await bubble(page, 'The code is 4711').getByText('Disappears').waitFor({ state: 'attached' })
    await inspect(page, '79-vanishing')
    await page.setViewportSize(phone)
  })

  it('see a message go when its time is over, with nothing of it left, also when that was while the app was closed', async () => {
    const { page } = alice
    const carol = await otherProgram(app.url, 'carol')
    await page.goto(`${app.url}/#/chats`)
    await openChatWith(page, 'carol')
    const before = await countRecords(page, 'messages')
    await carol.send('alice', { type: 'text', text: 'gone while you look', ttl: 4 })
    await bubble(page, 'gone while you look').waitFor()
    await bubble(page, 'gone while you look').waitFor({ state: 'detached' })
    await expect.poll(() => countRecords(page, 'messages')).toBe(before)
    await carol.send('alice', { type: 'text', text: 'gone while you are away', ttl: 6 })
    await bubble(page, 'gone while you are away').waitFor()
    const thread = page.url()
    await page.goto('about:blank')
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    await page.goto(thread)
    await page.getByText('Write the first message').waitFor()
    await expect.poll(() => countRecords(page, 'messages')).toBe(before)
  })
})
