import { open } from '@kez-chat/messaging'
import { KIND_MESSAGE } from '@kez-chat/messaging/nostr'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeNames } from '../../src/storage/database.ts'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords, dropRecord, setRecord } from './browser-storage.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { bubbles, choosePassphrase, newPerson, openChatWith, type Person, passphrase, write } from './person.ts'

let app: AppUnderTest
let alice: Person
let quota: CDPSession
let bob: Awaited<ReturnType<typeof otherProgram>>

beforeAll(async () => {
  app = await startAppUnderTest()
  bob = await otherProgram(app.url, 'bob')
  alice = await newPerson(app.browser, app.url, 'alice', { reducedMotion: 'reduce' })
  await openChatWith(alice.page, 'bob')
  await write(alice.page, 'keep this')
  await alice.page.locator('.bubble.sent', { hasText: 'keep this' }).waitFor()
  // Now, since Chromium goes by what it last knew of the space until it has been left alone for half a minute.
  quota = await alice.context.newCDPSession(alice.page)
  await quota.send('Storage.overrideQuotaForOrigin', { origin: new URL(app.url).origin, quotaSize: 1 })
})

afterAll(() => app?.stop())

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()
const reload = (page: Page) => page.getByRole('button', { name: 'Reload' }).click()
const message = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const said = async (page: Page, text: string) => (await bubbles(page)).filter((bubble) => bubble.text === text).length

/** A page of the app's origin that is not the app. */
const bare = async (context: BrowserContext): Promise<Page> => {
  const page = await context.newPage()
  await page.goto(`${app.url}/v1/healthz`)
  return page
}

/** Opens a database of another version of the app, with a vault in it, and keeps it open whatever is asked of it. */
const holdOpen = (page: Page, version: number) =>
  page.evaluate(
    ([at, names]) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('kez-chat', at)
        request.onupgradeneeded = () => {
          for (const name of names) request.result.createObjectStore(name)
          request.transaction?.objectStore('vault').put({ v: 1 }, 'vault')
        }
        request.onerror = () => reject(request.error)
        request.onsuccess = () => resolve()
      }),
    [version, storeNames.slice(0, storeNames.indexOf('biometrics'))] as const,
  )

describe('a device whose clock is wrong', () => {
  it.each([
    ['anna', 86_400_000, '24 hours ahead of the server’s'],
    ['berta', -86_400_000, '24 hours behind the server’s'],
  ])('(%s, by %i ms) says so, is let in, and its messages are read on both sides', async (name, ms, words) => {
    const { page, context } = await newPerson(app.browser, app.url, name, { clockAhead: ms, reducedMotion: 'reduce' })
    await page.getByText(`it is ${words}`).waitFor()
    await bob.send(name, { type: 'text', text: 'what time is it?' })
    await page.getByRole('link', { name: 'Requests (1)' }).click()
    await page.locator('.chat-row', { hasText: 'what time is it?' }).click()
    await page.getByRole('button', { name: 'Accept' }).click()
    await write(page, 'time to go')
    await page.locator('.bubble.sent', { hasText: 'time to go' }).waitFor()
    // By whichever way it came; confirmations come too.
    const { messages } = await bob.client.readInbox({ handle: 'bob', signer: bob.key })
    const sealed = messages.flatMap(({ envelope, event }) =>
      event === undefined ? [envelope] : event.kind === KIND_MESSAGE ? [JSON.parse(String(event.content))] : [],
    )
    const opened = await Promise.all(sealed.map((each) => open(each, bob.key, { now: Date.now() })))
    const said = opened.filter(({ body }) => body.type === 'text').at(-1)
    expect(said?.body).toMatchObject({ text: 'time to go' })
    expect(Math.abs(Date.now() - (said?.sentAt ?? 0))).toBeLessThan(120_000)
    if (ms > 0) await inspect(page, '41-clock')
    // Somebody sets the clock: the next answer shows it.
    await page.evaluate(() => Object.assign(globalThis, { clockAhead: 0 }))
    await write(page, 'right again')
    await page.locator('.bubble.sent', { hasText: 'right again' }).waitFor()
    await page.getByText('This device’s clock is wrong').waitFor({ state: 'detached' })
    await context.close()
  })
})

describe('two versions of the app at once', () => {
  it('wait for each other: the newer one goes on as soon as the older one is closed', async () => {
    const context = await app.browser.newContext({ reducedMotion: 'reduce' })
    const older = await bare(context)
    await holdOpen(older, 1)
    const newer = await context.newPage()
    await newer.goto(app.url)
    await heading(newer, 'kez is open in another tab')
    await inspect(newer, '42-blocked-other-tab')
    await older.close()
    await heading(newer, 'Unlock kez')
    await context.close()
  })

  it('are told apart when the newer one was here before', async () => {
    const context = await app.browser.newContext({ reducedMotion: 'reduce' })
    const newer = await bare(context)
    await holdOpen(newer, 999)
    const older = await context.newPage()
    await older.goto(app.url)
    await heading(older, 'A newer kez was here')
    await inspect(older, '43-blocked-newer-version')
    await context.close()
  })
})

describe('a browser that', () => {
  const visit = async (script: () => void): Promise<Page> => {
    const page = await (await app.browser.newContext({ reducedMotion: 'reduce' })).newPage()
    await page.addInitScript(script)
    await page.goto(app.url)
    return page
  }

  it('lets nothing be stored is told from one that is full, and from one that is too old', async () => {
    const forbidden = await visit(() => {
      indexedDB.open = () => {
        throw new DOMException('denied', 'SecurityError')
      }
    })
    await heading(forbidden, 'Nothing can be stored here')
    await inspect(forbidden, '44-blocked-unavailable')
    const full = await visit(() => {
      indexedDB.open = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    })
    await heading(full, 'There is no space left')
    await inspect(full, '45-blocked-full')
    const old = await visit(() => Object.assign(AbortSignal, { any: undefined }))
    await heading(old, 'This browser is too old')
    await inspect(old, '46-blocked-outdated')
    for (const page of [forbidden, full, old]) await page.context().close()
  })

  it('does not get the app’s code says that nothing is lost, and goes on at the next try', async () => {
    // As at the very first visit, when nothing is kept yet.
    const page = await (await app.browser.newContext({ reducedMotion: 'reduce', serviceWorkers: 'block' })).newPage()
    await page.goto(app.url)
    await page.getByRole('link', { name: 'Create an identity' }).waitFor()
    await page.route('**/assets/*.js', (route) => route.abort())
    await page.getByRole('link', { name: 'Create an identity' }).click()
    await heading(page, 'kez did not load')
    await inspect(page, '47-blocked-not-loaded')
    await page.unroute('**/assets/*.js')
    await reload(page)
    await heading(page, 'Your recovery phrase')
    await page.context().close()
  })
})

describe('a device without space', () => {
  it('keeps what was typed, leaves what comes on the server, and goes on when there is space again', async () => {
    const { page } = alice
    const refused = page.getByText('could not be stored on this device')
    let text = ''
    const writes = async (): Promise<boolean> => {
      text = `too much ${Date.now()}`
      await write(page, text)
      await page.locator('.bubble', { hasText: text }).or(refused).first().waitFor()
      return !(await refused.isVisible())
    }
    await expect.poll(writes, { interval: 32_000, timeout: 100_000 }).toBe(false)
    expect(await message(page).inputValue()).toBe(text)
    expect(await said(page, text)).toBe(0)
    await page.goto(`${app.url}/#/chats`)
    await page.locator('.chat-row', { hasText: 'bob' }).click()
    await page.getByText('What you write cannot be kept on this device').waitFor()
    expect(await message(page).inputValue()).toBe(text)
    await page.getByRole('button', { name: 'More about this chat' }).click()
    await page.getByRole('menuitem', { name: 'Mute' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '8 hours' }).click()
    await page.locator('.toast', { hasText: 'That could not be stored' }).waitFor()
    await bob.send('alice', { type: 'text', text: 'can you hear me?' })
    await page.getByText('There is no space left on this device: messages wait on the server.').waitFor()
    await inspect(page, '40-no-space')
    await quota.send('Storage.overrideQuotaForOrigin', { origin: new URL(app.url).origin })
    await page.locator('.bubble', { hasText: 'can you hear me?' }).waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('.bubble.sent', { hasText: text }).waitFor()
    await page.getByText('There is no space left').waitFor({ state: 'detached' })
    expect([await said(page, text), await said(page, 'can you hear me?')]).toEqual([1, 1])
  }, 180_000)
})

describe('a storage that lost a part of itself', () => {
  const again = async (): Promise<void> => {
    await alice.page.goto(`${app.url}/#/chats`)
    await alice.page.reload()
  }

  it('says that it is damaged, or belongs to another key, before anything is erased', async () => {
    const { page } = alice
    await setRecord(page, 'account', 'account', 'not a box')
    await again()
    await heading(page, 'The stored data does not open')
    await page.getByRole('button', { name: 'Erase everything here' }).click()
    await page.getByText('Really erase?').waitFor()
    await inspect(page, '48-blocked-damaged')
    await dropRecord(page, 'account', 'account')
    await setRecord(page, 'device', 'canary', 'a box of another key')
    await again()
    await heading(page, 'The data here does not fit your key')
    await inspect(page, '49-lost-foreign')
  })

  it('goes on with what is left: the handle comes from the server, the messages are where they were', async () => {
    const { page } = alice
    const messages = await countRecords(page, 'messages')
    expect(messages).toBeGreaterThan(0)
    await dropRecord(page, 'device', 'canary')
    await again()
    await heading(page, 'Some of your data is gone')
    await inspect(page, '50-lost-messages')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.locator('.chat-row', { hasText: 'bob' }).waitFor()
    expect(await countRecords(page, 'messages')).toBe(messages)
  })

  it('gets a new lock when the old one is gone, and without any key brings the phrase to mind', async () => {
    const { page } = alice
    await dropRecord(page, 'vault', 'vault')
    await again()
    await page.getByText('Your app lock is gone').waitFor()
    await inspect(page, '51-lost-lock')
    await choosePassphrase(page)
    await page.locator('.chat-row', { hasText: 'bob' }).waitFor()
    await page.goto(`${app.url}/#/settings`)
    await page.getByRole('button', { name: 'Lock now' }).click()
    await page.getByLabel('Passphrase').fill(passphrase)
    await page.getByRole('button', { name: 'Unlock', exact: true }).click()
    await heading(page, 'Settings')
    await dropRecord(page, 'vault', 'vault')
    await dropRecord(page, 'session', 'session')
    await again()
    await heading(page, 'The key of this browser is gone')
    await inspect(page, '52-lost-keys')
    expect(alice.complaints).toEqual([])
  })
})
