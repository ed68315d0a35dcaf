import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'

/** One person with a browser profile of their own, and what the page complained about. */
export type Person = {
  readonly handle: string
  readonly context: BrowserContext
  readonly page: Page
  readonly complaints: readonly string[]
}

export const passphrase = 'four plain grey stones'

/** Errors that a test provokes itself: the network taken away, a lookup of a handle that is free. */
const expected = /Failed to load resource|net::ERR_|^WebSocket connection to/

/** Collects what a page complains about; `allowed` are the foreign hosts that the person lets it ask. */
export const watch = (page: Page, allowed: readonly string[] = []): string[] => {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`${error.name}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    const own = page.url() === 'about:blank' || host === new URL(page.url()).host
    if (protocol.startsWith('http') && !own && !allowed.includes(host)) complaints.push(`asked another host: ${host}`)
  })
  return complaints
}

export const shownWords = (page: Page): Promise<string[]> =>
  page.locator('.phrase li').evaluateAll((items) => items.map((item) => item.lastChild?.textContent?.trim() ?? ''))

/** From the landing page to the chats: words, three of them asked, passphrase, handle. Returns the words. */
export const createIdentity = async (page: Page, url: string, handle: string): Promise<string[]> => {
  await page.goto(url)
  const words = await makeKey(page)
  await takeHandle(page, handle)
  return words
}

/** From a landing page to the choice of a handle. Returns the words. */
export const makeKey = async (page: Page): Promise<string[]> => {
  await page.getByRole('link', { name: 'Create an identity' }).click()
  await page.getByRole('heading', { name: 'Your recovery phrase' }).waitFor()
  const words = await shownWords(page)
  await page.getByRole('button', { name: 'I have written them down' }).click()
  const fields = page.getByLabel(/^Word \d+$/)
  await fields.first().waitFor()
  for (const field of await fields.all()) {
    const place = Number((await field.getAttribute('name'))?.replace('word-', ''))
    await field.fill(words[place] ?? '')
  }
  await page.getByRole('button', { name: 'Confirm' }).click()
  await choosePassphrase(page)
  return words
}

export const choosePassphrase = async (page: Page): Promise<void> => {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.getByLabel('Repeat the passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Lock with this passphrase' }).click()
}

/** Asks for a handle that is free, and leaves the page on its way. */
export const askForHandle = async (page: Page, handle: string): Promise<void> => {
  await page.getByLabel('Handle').fill(handle)
  await page.getByText(`${handle}@localhost is free.`).waitFor()
  await page.getByRole('button', { name: 'Take this handle' }).click()
}

export const takeHandle = async (page: Page, handle: string): Promise<void> => {
  await askForHandle(page, handle)
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  await page.getByRole('link', { name: 'Later' }).click()
  await page.getByText('No chats yet').waitFor()
}

/** Runs in the page: its clock goes ahead by `globalThis.clockAhead` ms. */
const setClock = (ahead: number): void => {
  const Real = Date
  const wrong = Object.assign(globalThis, { clockAhead: ahead })
  globalThis.Date = class extends Real {
    constructor(...parts: [] | [number]) {
      if (parts.length === 0) super(Real.now() + wrong.clockAhead)
      else super(...parts)
    }
    static override now(): number {
      return Real.now() + wrong.clockAhead
    }
  } as DateConstructor
}

export const newPerson = async (
  browser: Browser,
  url: string,
  handle: string,
  { clockAhead = 0, ...options }: BrowserContextOptions & { readonly clockAhead?: number } = {},
  allowedHosts: readonly string[] = [],
): Promise<Person> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  if (clockAhead !== 0) await context.addInitScript(setClock, clockAhead)
  const page = await context.newPage()
  const complaints = watch(page, allowedHosts)
  await createIdentity(page, url, handle)
  return { handle, context, page, complaints }
}

/** Finds somebody by handle and opens the conversation. */
export const openChatWith = async (page: Page, who: string): Promise<void> => {
  await page.getByRole('link', { name: 'New chat' }).first().click()
  await page.getByLabel('Handle').fill(who)
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByRole('button', { name: 'Write' }).click()
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
}

export const write = async (page: Page, text: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

/** The bubbles of the open thread, in order: what they say, whose they are, how far they got. */
export const bubbles = (page: Page): Promise<{ text: string; own: boolean; state: string }[]> =>
  page.locator('.bubble').evaluateAll((items) =>
    items.map((item) => ({
      text: item.querySelector('.text, .unknown')?.textContent?.trim() ?? '',
      own: item.classList.contains('own'),
      state: ['failed', 'delivered', 'sent', 'sending'].find((state) => item.classList.contains(state)) ?? '',
    })),
  )

/** How far a message has got, by its bubble. */
export const stateOf = async (page: Page, text: string) =>
  (await bubbles(page)).find((bubble) => bubble.text === text)?.state

export const reaches = (page: Page, text: string, state: string) =>
  expect.poll(() => stateOf(page, text), { timeout: 60_000, message: `${text} is ${state}` }).toBe(state)
