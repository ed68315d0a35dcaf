import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords, dumpStorage } from './browser-storage.ts'
import { otherProgram } from './other-program.ts'
import {
  bubbles,
  choosePassphrase,
  createIdentity,
  newPerson,
  openChatWith,
  type Person,
  passphrase,
  watch,
  write,
} from './person.ts'

let app: AppUnderTest
let carol: Person
let words: string[]

beforeAll(async () => {
  app = await startAppUnderTest({
    args: ['--host-resolver-rules=MAP plain.test 127.0.0.1'],
    env: { KEZ_MAILBOX_BYTES: String(1024 * 1024) },
  })
  const context = await app.browser.newContext()
  const page = await context.newPage()
  const complaints = watch(page)
  words = await createIdentity(page, app.url, 'carol')
  carol = { handle: 'carol', context, page, complaints }
})

afterAll(async () => {
  await app?.stop()
})

const pageText = async (page: Page) => (await page.locator('body').textContent()) ?? ''

describe('a handle', () => {
  it('that is taken, reserved or misspelt says so at once and cannot be taken', async () => {
    const context = await app.browser.newContext()
    const page = await context.newPage()
    await page.goto(app.url)
    await page.getByRole('link', { name: 'I have a recovery phrase' }).click()
    await page.getByLabel('Recovery phrase').fill(`${'abandon '.repeat(11)}about`)
    await page.getByRole('button', { name: 'Continue' }).click()
    await choosePassphrase(page)
    const field = page.getByLabel('Handle')
    for (const [typed, answer] of [
      ['carol', 'This handle is taken.'],
      ['Admin', 'This handle is reserved.'],
      ['c', 'Use 3 to 32'],
      ['no spaces', 'Use 3 to 32'],
    ] as const) {
      await field.fill(typed)
      await page.locator('.hint.bad', { hasText: answer }).waitFor()
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      await page.getByRole('button', { name: 'Take this handle' }).click()
      expect(await page.getByText('No chats yet').count()).toBe(0)
    }
    await field.fill('Dora')
    await page.getByText('dora@localhost is free.').waitFor()
    await page.getByRole('button', { name: 'Take this handle' }).click()
    await page.getByText('dora@localhost').first().waitFor()
    await context.close()
  })

  it('of nobody is not found, and a misspelt one is explained', async () => {
    const { page } = carol
    await page.goto(`${app.url}/#/find`)
    for (const [typed, answer] of [
      ['nobody-here', 'Nobody is called nobody-here@localhost.'],
      ['x', 'A handle has 3 to 32'],
    ] as const) {
      await page.getByLabel('Handle').fill(typed)
      await page.getByRole('button', { name: 'Find' }).click()
      await page.getByText(answer).waitFor()
    }
  })
})

describe('a recovery phrase', () => {
  it('is only accepted once three words of it were entered correctly', async () => {
    const context = await app.browser.newContext()
    const page = await context.newPage()
    await page.goto(`${app.url}/#/create`)
    await page.getByRole('button', { name: 'I have written them down' }).click()
    const fields = page.getByLabel(/^Word \d+$/)
    await fields.first().waitFor()
    expect(await fields.count()).toBe(3)
    for (const field of await fields.all()) await field.fill('wrong')
    await page.getByRole('button', { name: 'Confirm' }).click()
    expect(await page.getByText('This is not the word at that place.').count()).toBe(3)
    await context.close()
  })

  it.each([
    ['abandon '.repeat(11), 'this one has 11'],
    [`${'abandon '.repeat(11)}abuot`, 'Word 12 is not in the list. Did you mean “about”?'],
    ['abandon '.repeat(12), 'one is wrong or out of place'],
  ])('that is wrong (%s) says: %s', async (typed, answer) => {
    const context = await app.browser.newContext()
    const page = await context.newPage()
    await page.goto(`${app.url}/#/restore`)
    await page.getByLabel('Recovery phrase').fill(typed)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText(answer).waitFor()
    await context.close()
  })

  it('brings the identity back on another device, with what the server still has', async () => {
    const erin = await otherProgram(app.url, 'erin')
    await erin.send('carol', { type: 'text', text: 'before the new device' })
    const context = await app.browser.newContext()
    const page = await context.newPage()
    await page.goto(app.url)
    await page.getByRole('link', { name: 'I have a recovery phrase' }).click()
    await page.getByLabel('Recovery phrase').fill(`  ${words.join('\n').toUpperCase()} `)
    await page.getByRole('button', { name: 'Continue' }).click()
    await choosePassphrase(page)
    await page.getByRole('link', { name: 'Requests (1)' }).click()
    await page.getByText('before the new device').waitFor()
    await page.getByText('It cannot know whom you knew before').waitFor()
    await page.getByText('Pick a request to read it.').waitFor()
    await page.goto(`${app.url}/#/settings`)
    await page.getByText('carol@localhost').waitFor()
    await context.close()
  })
})

describe('the app lock', () => {
  it('leaves nothing readable on the screen, in the address or in storage, in any tab', async () => {
    const frank = await newPerson(app.browser, app.url, 'frank')
    const { page, context } = frank
    await openChatWith(page, 'carol')
    await write(page, 'the treasure lies under the oak')
    await page.locator('.bubble.sent').waitFor()
    await page.getByRole('textbox', { name: 'Message' }).fill('an unfinished thought')
    await expect.poll(() => countRecords(page, 'drafts')).toBe(1)
    const second = await context.newPage()
    await second.goto(`${app.url}/#/settings`)
    const secrets = ['treasure', 'oak', 'unfinished', 'carol', 'frank']
    const key = ((await second.locator('.key-line').textContent()) ?? '').replace('ed25519:', '')

    await second.getByRole('button', { name: 'Lock now' }).click()
    for (const tab of [page, second]) {
      await tab.getByRole('heading', { name: 'Unlock kez' }).waitFor()
      const text = `${await pageText(tab)} ${await tab.title()} ${tab.url()} ${await tab.content()}`
      for (const secret of [...secrets, key]) expect(text).not.toContain(secret)
    }
    const stored = await dumpStorage(page)
    expect(stored.length).toBeGreaterThan(1_000)
    for (const secret of [...secrets, key, key.slice(0, 16)]) expect(stored).not.toContain(secret)

    await page.reload()
    await page.getByLabel('Passphrase').fill('not the passphrase')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('That passphrase does not open it.').waitFor()
    await page.getByLabel('Passphrase').fill(passphrase)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.locator('.bubble', { hasText: 'the treasure lies under the oak' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('an unfinished thought')
    // The other tab opens with it.
    await second.getByText('frank@localhost').waitFor()
    expect(frank.complaints).toEqual([])
    await context.close()
  })

  it('shows the recovery phrase only to the passphrase, and hides it when the page is left', async () => {
    const { page } = carol
    await page.goto(`${app.url}/#/settings`)
    await page.getByLabel('Passphrase').fill('not the passphrase')
    await page.getByRole('button', { name: 'Show the words' }).click()
    await page.getByText('That passphrase does not open it.').waitFor()
    await page.getByLabel('Passphrase').fill(passphrase)
    await page.getByRole('button', { name: 'Show the words' }).click()
    await page.locator('.phrase li').first().waitFor()
    expect(await page.locator('.phrase').textContent()).toContain(words[3] ?? 'missing')
    await page.getByRole('link', { name: 'Back' }).click()
    await page.getByRole('link', { name: 'Settings' }).click()
    expect(await page.locator('.phrase').count()).toBe(0)
  })

  it('can be removed with everything behind it', async () => {
    const gina = await newPerson(app.browser, app.url, 'gina')
    await gina.page.goto(`${app.url}/#/settings`)
    await gina.page.getByRole('button', { name: 'Erase everything here' }).click()
    await gina.page.getByRole('button', { name: 'Yes, erase' }).click()
    await gina.page.getByRole('link', { name: 'Create an identity' }).waitFor()
    expect(await dumpStorage(gina.page)).not.toContain('argon2id')
    await gina.context.close()
  })
})

describe('what others send', () => {
  it('and cannot be opened is counted with the reason, and holds up nothing', async () => {
    const hugo = await otherProgram(app.url, 'hugo')
    const { page } = carol
    await page.goto(`${app.url}/#/requests`)
    await hugo.sendJunk('carol')
    await hugo.send('carol', { type: 'text', text: 'right after it' })
    await page.getByText('right after it').waitFor()
    await page.getByText('1 message could not be opened').waitFor()
    await page.getByText('Why?').click()
    await page.getByText('It was not sealed for your key.').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('could not be opened').waitFor({ state: 'detached' })
  })

  it('under a name that is not theirs shows a piece of their key, and cannot be answered as that name', async () => {
    const mallory = await otherProgram(app.url, 'mallory')
    const { page } = carol
    await page.goto(`${app.url}/#/requests`)
    await mallory.send('carol', { type: 'text', text: 'it is me, erin' }, { fromHandle: 'erin@localhost' })
    const row = page.locator('.chat-row', { hasText: 'it is me, erin' })
    await row.waitFor()
    const key = mallory.key.primary.slice('ed25519:'.length)
    await row.getByText(`${key.slice(0, 8)}…${key.slice(-4)}`).waitFor()
    await row.click()
    await page.getByText('They call themselves erin@localhost').waitFor()
    await page.getByRole('button', { name: 'Ask the server' }).click()
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0)
  })

  it('of a kind this version does not know says that a newer one is needed', async () => {
    const nina = await otherProgram(app.url, 'nina')
    const { page } = carol
    await page.goto(`${app.url}/#/requests`)
    await nina.send('carol', { type: 'kez-hologram-v7', data: 'x' })
    await page.locator('.chat-row', { hasText: 'nina' }).click()
    await page.locator('.bubble').waitFor()
    expect((await bubbles(page)).map(({ text }) => text)).toEqual(['This message needs a newer version of kez.'])
  })
})

describe('a full mailbox', () => {
  it('is shown to its owner, who can make room', async () => {
    const ivan = await newPerson(app.browser, app.url, 'ivan')
    const judy = await otherProgram(app.url, 'judy')
    const big = { type: 'text', text: 'x'.repeat(150_000) }
    const fill = async () => {
      for (let i = 0; i < 12; i++) await judy.send('ivan', big)
    }
    await expect(fill()).rejects.toMatchObject({ code: 'mailbox_full' })
    await ivan.page.getByText('Your mailbox on the server is full').waitFor()
    await ivan.page.getByRole('button', { name: 'Free it now' }).click()
    await ivan.page.getByText('Your mailbox on the server is full').waitFor({ state: 'detached' })
    await judy.send('ivan', { type: 'text', text: 'now it fits' })
    await ivan.page.getByRole('link', { name: 'Requests (1)' }).click()
    await ivan.page.getByText('now it fits').waitFor()
    expect(ivan.complaints).toEqual([])
    await ivan.context.close()
  })
})

describe('an address that is not secure', () => {
  it('gets a page that says what is needed, instead of a broken app', async () => {
    const page = await app.browser.newPage()
    await page.goto(`http://plain.test:${new URL(app.url).port}/`)
    await page.getByRole('heading', { name: 'This address is not secure enough' }).waitFor()
    expect(await pageText(page)).toContain('https://')
    await page.close()
  })
})

describe('the whole time', () => {
  it('carol’s browser had nothing to complain about', () => {
    expect(carol.complaints).toEqual([])
  })
})
