import { createEvent, emptyChain, type NewChange, type SigchainEvent } from '@kez-chat/identity'
import { type Counterparts, startCounterparts } from '@kez-chat/testkit'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { dumpStorage } from './browser-storage.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { newPerson, openChatWith, type Person } from './person.ts'
import { counterpartEnv, leadToCounterparts, proofPlaces } from './proof-places.ts'

let all: Counterparts
let app: AppUnderTest
let alice: Person
let bob: Person

beforeAll(async () => {
  all = await startCounterparts({ web: ['alice.test'] })
  app = await startAppUnderTest({ env: counterpartEnv(all) })
  const quiet = { reducedMotion: 'reduce' } as const
  alice = await newPerson(app.browser, app.url, 'alice', quiet, proofPlaces)
  // Bob has Alice's own site asked as well: whether it lets his browser read it is the site's to say.
  bob = await newPerson(app.browser, app.url, 'bob', quiet, [...proofPlaces, 'alice.test'])
  await Promise.all([leadToCounterparts(alice.context, all), leadToCounterparts(bob.context, all)])
})

afterAll(async () => {
  await app?.stop()
  await all?.stop()
})

afterEach(() => {
  expect([...alice.complaints, ...bob.complaints]).toEqual([])
})

const go = (page: Page, path: string) => page.goto(`${app.url}/#/${path}`)

/** Chooses a channel and names what is claimed, with the keyboard alone once the page is there. */
const signClaim = async (page: Page, channel: string, subject: string): Promise<void> => {
  await go(page, 'claims/add')
  await page.getByRole('radio', { name: channel }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  await page.keyboard.type(subject)
  await page.keyboard.press('Enter')
}

const shownText = async (page: Page, label: string): Promise<string> =>
  (await page.getByLabel(label, { exact: true }).textContent()) ?? ''

const checkNow = (page: Page) => page.getByRole('button', { name: 'Check now' }).click()

const claim = (page: Page, subject: string) => page.locator('.claim', { hasText: subject })

/** In the list of chats, in the thread's header and on the profile. */
const badges = async (page: Page): Promise<{ list: number; thread: number }> => ({
  list: await page.locator('.chat-row .badge').count(),
  thread: await page.locator('.thread-pane .bar .badge').count(),
})

describe('a person who shows who they are', () => {
  it('hears what is wrong with a name before anything is signed', async () => {
    await go(alice.page, 'me')
    await alice.page.getByText('Nothing yet.').waitFor()
    await inspect(alice.page, '40-me-empty')
    await alice.page.getByRole('link', { name: 'Add a claim' }).click()
    await signClaim(alice.page, 'Domain', 'alice')
    await alice.page.getByText('This is not a domain name.').waitFor()
    expect(await alice.page.getByLabel('Domain', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    await inspect(alice.page, '41-claim-add-wrong')
  })

  it('gets the text to publish, is told when it is not there, and finds the claim again after a reload', async () => {
    await alice.page.getByLabel('Domain', { exact: true }).fill('https://Alice.test/about')
    await alice.page.keyboard.press('Enter')
    await alice.page.getByRole('heading', { name: 'alice.test' }).waitFor()
    expect(await shownText(alice.page, 'Name of the record')).toBe('_kez.alice.test')
    expect(await shownText(alice.page, 'Value (type TXT)')).toMatch(/^kez:z1:[\w-]+$/)
    await checkNow(alice.page)
    await alice.page.getByText('The text is not there.').waitFor()
    expect(all.dns.doh.requests.length, 'this browser has looked itself').toBe(1)
    await inspect(alice.page, '42-claim-unpublished')
    await go(alice.page, 'claims')
    await alice.page.reload()
    await claim(alice.page, 'alice.test').getByText('Not yet published').waitFor()
    expect(await dumpStorage(alice.page)).not.toContain('alice.test')
  })

  it('proves a domain, which alone is no badge', async () => {
    await claim(alice.page, 'alice.test').click()
    all.dns.setTxt('_kez.alice.test', await shownText(alice.page, 'Value (type TXT)'))
    await checkNow(alice.page)
    await alice.page.getByText('It is there.').waitFor()
    await claim(alice.page, 'alice.test')
      .getByText(/^Proven/)
      .waitFor()
    await inspect(alice.page, '43-claim-proven')
    await go(alice.page, 'claims')
    await alice.page.getByText('One proof holds.').waitFor()
    await go(alice.page, 'welcome')
    const step = alice.page.locator('.first-step', { hasText: 'Your first proof' })
    await step.getByText('Done', { exact: true }).waitFor({ state: 'attached' })
  })

  it('proves the site at it, where only the home server can look, and both count as one', async () => {
    await signClaim(alice.page, 'Web site', 'alice.test')
    await alice.page.getByText('your home server looks').waitFor()
    all.web.publish('alice.test', '/.well-known/kez.json', await shownText(alice.page, 'Publish this text'))
    await checkNow(alice.page)
    await alice.page.getByText('It is there.').waitFor({ timeout: 40_000 })
    await go(alice.page, 'claims')
    await alice.page.getByText('One proof holds.').waitFor()
    expect(await alice.page.locator('.claim[data-state="verified"]').count()).toBe(2)
  })

  it('is verified by one more that does not depend on the domain', async () => {
    await signClaim(alice.page, 'GitHub', '@Alice')
    all.github.publishGist('Alice', { 'kez.md': await shownText(alice.page, 'Publish this text') })
    await checkNow(alice.page)
    await alice.page.getByText('It is there.').waitFor()
    await go(alice.page, 'claims')
    await alice.page.getByText('You are verified').waitFor()
    await inspect(alice.page, '44-claims')
    await go(alice.page, 'me')
    await alice.page.locator('.badge').waitFor()
    await inspect(alice.page, '45-me-verified')
  })

  it('sees at a glance whether everything is in order', async () => {
    await alice.page.getByRole('link', { name: 'Is everything in order?' }).click()
    await alice.page.getByText('Everything is in order.').waitFor()
    await alice.page.getByText(/^3 events, the last one [0-9a-f]{12}…$/).waitFor()
    await inspect(alice.page, '46-dashboard')
  })
})

describe('whoever talks with them', () => {
  it('sees the badge in the list, in the thread and on the profile, and asks nobody else for it', async () => {
    const asked = all.dns.doh.requests.length
    await openChatWith(bob.page, 'alice')
    await bob.page.locator('.thread-pane .bar .badge').waitFor()
    expect(await badges(bob.page)).toEqual({ list: 1, thread: 1 })
    await inspect(bob.page, '47-thread-verified')
    const header = bob.page.getByRole('link', { name: /^Profile alice Verified/ })
    await header.focus()
    await bob.page.keyboard.press('Enter')
    await bob.page.getByText('Verified: two or more').waitFor()
    for (const mark of await bob.page.locator('.claim').all())
      expect(await mark.textContent()).toMatch(/Proven, checked by your home server/)
    expect(all.dns.doh.requests.length).toBe(asked)
    expect(await dumpStorage(bob.page)).not.toContain('alice.test')
  })

  it('has each place looked at by this browser, and hears why one does not hold any more', async () => {
    all.dns.setTxt('_kez.alice.test', 'v=spf1 -all')
    await checkNow(bob.page)
    const domain = claim(bob.page, 'Domain')
    await domain.getByText(/^Not proven, checked by this browser/).waitFor()
    await domain.getByText('Something is there that cannot be read.').waitFor()
    await claim(bob.page, 'GitHub')
      .getByText(/^Proven, checked by this browser/)
      .waitFor()
    await inspect(bob.page, '48-person')
  })

  it('sees the same safety number as they do', async () => {
    const numberOn = (page: Page) => page.locator('.safety-number').textContent()
    await go(alice.page, 'chats')
    await openChatWith(alice.page, 'bob')
    await alice.page.getByRole('link', { name: /^Profile bob/ }).click()
    expect(await numberOn(bob.page)).toMatch(/^(\s*\d{5}){6}\s*$/)
    expect(await numberOn(alice.page)).toBe(await numberOn(bob.page))
  })

  it('sees the badge go when they take a claim back', async () => {
    await go(alice.page, 'claims')
    await claim(alice.page, 'GitHub').click()
    await alice.page.getByRole('button', { name: 'Take the claim back…' }).click()
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await alice.page.getByRole('button', { name: 'Take the claim back…' }).click()
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
    await claim(alice.page, 'GitHub')
      .getByText(/^Taken back on/)
      .waitFor()
    await checkNow(bob.page)
    await claim(bob.page, 'GitHub')
      .getByText(/^Taken back on/)
      .waitFor()
    expect(await bob.page.locator('.badge').count()).toBe(0)
    await bob.page.getByRole('link', { name: 'Back to the chat' }).click()
    await bob.page.getByRole('textbox', { name: 'Message' }).waitFor()
    expect(await badges(bob.page)).toEqual({ list: 0, thread: 0 })
  })
})

describe('a key that signs two histories', () => {
  it('is warned of on the profile and in the thread, and the second history is not taken in', async () => {
    const mallory = await otherProgram(app.url, 'mallory')
    const history = (...changes: NewChange[]): SigchainEvent[] => {
      let head = emptyChain(mallory.key.primary)
      return changes.map((change, n) => {
        const next = createEvent(head, change, Date.UTC(2026, 0, 1, 0, n), mallory.key)
        head = next.head
        return next.envelope
      })
    }
    const [event] = history({ op: 'add', subject: 'github:mallory' })
    if (event) await mallory.client.appendSigchain(event)
    await openChatWith(bob.page, 'mallory')
    await bob.page.getByRole('link', { name: /^Profile mallory/ }).click()
    await claim(bob.page, 'mallory')
      .getByText(/^Not checked yet/)
      .waitFor()

    const other = history({ op: 'add', subject: 'github:somebody' }, { op: 'add', subject: 'dns:somebody.test' })
    const head = { ...(await mallory.client.sigchainHead(mallory.key.primary)), length: 2 }
    await bob.page.route('**/v1/sigchains/**', (route) => route.fulfill({ json: { head, events: other, next: null } }))
    await checkNow(bob.page)
    await bob.page.getByText('two histories that contradict each other').waitFor()
    expect(await bob.page.locator('.claim').allTextContents()).toHaveLength(1)
    await inspect(bob.page, '49-person-fork')
    await bob.page.unroute('**/v1/sigchains/**')
    await bob.page.getByRole('link', { name: 'Back to the chat' }).click()
    await bob.page.locator('.thread-alarm').getByText('two histories').waitFor()
    await inspect(bob.page, '50-thread-fork')
  })
})
