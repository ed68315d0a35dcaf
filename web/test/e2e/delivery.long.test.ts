import { type FaultyRelay, startFaultyRelay } from '@kez-chat/testkit'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { newPerson, openChatWith, type Person, write } from './person.ts'

let near: FaultyRelay
let gone: FaultyRelay
let app: AppUnderTest
let alice: Person
let bob: Person

const hostOf = (relay: FaultyRelay): string => new URL(relay.url).host

beforeAll(async () => {
  near = await startFaultyRelay()
  gone = await startFaultyRelay()
  app = await startAppUnderTest({ env: { KEZ_CSP_CONNECT: `${near.url},${gone.url}` } })
  alice = await newPerson(app.browser, app.url, 'alice', { reducedMotion: 'reduce' })
  bob = await newPerson(app.browser, app.url, 'bob', { reducedMotion: 'reduce' })
})

afterAll(async () => {
  await app?.stop()
  await near?.stop()
  await gone?.stop()
})

afterEach(() => {
  expect(alice.complaints).toEqual([])
  expect(bob.complaints).toEqual([])
})

const go = (page: Page, name: string) => page.goto(`${app.url}/#/${name}`)

const addRelay = async (page: Page, address: string): Promise<void> => {
  await page.getByLabel('Address', { exact: true }).fill(address)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
}

const relayItem = (page: Page, relay: FaultyRelay) => page.locator('.relay', { hasText: hostOf(relay) })

const mark = (page: Page, text: string) => page.locator('.bubble', { hasText: text }).locator('.meta')

const details = (page: Page, text: string) =>
  page.locator('.bubble', { hasText: text }).getByRole('button', { name: 'Delivery details' })

const reaches = (page: Page, text: string, state: string) =>
  mark(page, text).getByText(state, { exact: true }).waitFor({ state: 'attached' })

/** The way by this name in the sheet or the popover. */
const way = (page: Page, name: string) => page.getByRole('dialog').locator('.ways li', { hasText: name })

const connections = (page: Page) => page.getByRole('button', { name: 'Show connections' })

const wide = { width: 1280, height: 800 }

describe('the relay settings', () => {
  it('refuse what is no address of a relay, and say why', async () => {
    const { page } = alice
    await go(page, 'settings')
    await page.getByRole('link', { name: 'Relays and delivery' }).click()
    await page.getByRole('heading', { name: 'Relays and delivery' }).waitFor()
    await addRelay(page, 'https://relay.example.org')
    await page.getByText('This is the address of a web page.').waitFor()
    await addRelay(page, 'ws://relay.example.org')
    await page.getByText('Without encryption (ws://) only a relay on this very device').waitFor()
  })

  it('add a relay, test it, and remove it', async () => {
    const { page } = alice
    await addRelay(page, gone.url.toUpperCase().replace('WS:', 'ws:'))
    await relayItem(page, gone).getByText('Connected').waitFor()
    await addRelay(page, near.url)
    await relayItem(page, near).getByText('Connected').waitFor()
    await page.getByRole('button', { name: `Test ${hostOf(near)}` }).click()
    await relayItem(page, near)
      .getByText(/It answered in \d+ ms/)
      .waitFor()
    await gone.down()
    await page.getByRole('button', { name: `Test ${hostOf(gone)}` }).click()
    await relayItem(page, gone).getByText('It does not work. It was not reached.').waitFor()
    await inspect(page, '40-relays')
    await page.getByRole('button', { name: `Remove ${hostOf(near)}` }).click()
    await relayItem(page, near).waitFor({ state: 'detached' })
    await expect.poll(() => near.connections()).toBe(0)
    await addRelay(page, near.url)
    await relayItem(page, near).getByText('Connected').waitFor()
    await page.reload()
    await relayItem(page, near).getByText('Connected').waitFor()
  })
})

describe('the connections', () => {
  it('tell how many relays are there, and which one is not reached; Escape leads back', async () => {
    const { page } = alice
    await page.setViewportSize(wide)
    await go(page, 'chats')
    const button = connections(page)
    await button.focus()
    await page.keyboard.press('Enter')
    await way(page, 'localhost (home server)').getByText('Connected').waitFor()
    await way(page, hostOf(near)).getByText('Connected').waitFor()
    await way(page, hostOf(gone)).getByText('Not reached').waitFor()
    await expect.poll(() => button.textContent()).toMatch(/Live \(\d\)/)
    await inspect(page, '41-connections')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await button.evaluate((node) => node === document.activeElement)).toBe(true)
  })
})

describe('a message', () => {
  it('is sent, and delivered only once the other side has accepted the writer and its device has confirmed', async () => {
    await alice.page.setViewportSize(wide)
    await openChatWith(alice.page, 'bob')
    await write(alice.page, 'Hello Bob')
    await reaches(alice.page, 'Hello Bob', 'Sent')
    await go(bob.page, 'relays')
    await addRelay(bob.page, near.url)
    await relayItem(bob.page, near).getByText('Connected').waitFor()
    await go(bob.page, 'requests')
    await bob.page.locator('.chat-row', { hasText: 'Hello Bob' }).click()
    await bob.page.locator('.bubble', { hasText: 'Hello Bob' }).waitFor()
    await reaches(alice.page, 'Hello Bob', 'Sent')
    await bob.page.getByRole('button', { name: 'Accept' }).click()
    await reaches(alice.page, 'Hello Bob', 'Delivered')
  })

  it('tells on demand which ways took it, from the keyboard', async () => {
    const { page } = alice
    await details(page, 'Hello Bob').focus()
    await page.keyboard.press('Enter')
    await page.getByText('The device of bob has it.').waitFor()
    await page.getByText('signature checked').waitFor()
    await way(page, 'Home server localhost').getByText('Took it').waitFor()
    await way(page, hostOf(near)).getByText('OK').waitFor()
    // Said when the last attempt has failed, and attempts to a relay that is away grow rare.
    await way(page, hostOf(gone)).getByText('Not reached').waitFor({ timeout: 90_000 })
    await inspect(page, '42-details')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await details(page, 'Hello Bob').evaluate((node) => node === document.activeElement)).toBe(true)
    await page.setViewportSize(wide)
  }, 150_000)

  it('that follows one which is not here says so, at its place', async () => {
    const { page } = alice
    const carol = await otherProgram(app.url, 'carol')
    await carol.send('alice', { type: 'text', text: 'First I packed.' })
    await go(page, 'requests')
    await page.locator('.chat-row', { hasText: 'First I packed' }).click()
    await page.locator('.bubble', { hasText: 'First I packed' }).waitFor()
    expect(await page.locator('.gap').count()).toBe(0)
    await carol.send('alice', { type: 'text', text: 'And so I left.' }, { prev: `sha256:${'ab'.repeat(32)}` })
    await page.getByText('A message may be missing here').click()
    await page.getByText('has not come to this device').waitFor()
    const [gap, bubble] = [page.locator('.gap'), page.locator('.bubble', { hasText: 'And so I left' })]
    expect((await gap.boundingBox())?.y).toBeLessThan((await bubble.boundingBox())?.y ?? 0)
    await inspect(page, '45-gap')
    await page.setViewportSize(wide)
    await go(page, 'chats')
    await page.locator('.chat-row', { hasText: 'Hello Bob' }).click()
  })

  it('waits while nothing is reached, and goes by relays alone when only the home server is away', async () => {
    const { page } = alice
    await app.stack.services.gateway.stop()
    await near.down()
    await page.locator('.connection[data-kind="offline"]').waitFor()
    await write(page, 'by whatever way')
    await reaches(page, 'by whatever way', 'Sending')
    await connections(page).click()
    await page.getByText('Nothing is reached.', { exact: false }).last().waitFor()
    await inspect(page, '43-offline')
    await near.up()
    await page.setViewportSize(wide)
    for (const { page: each } of [alice, bob]) {
      await each.setViewportSize(wide)
      if ((await each.getByRole('dialog').count()) === 0) await connections(each).click()
      await each.getByRole('button', { name: 'Try all now' }).click()
      await way(each, hostOf(near)).getByText('Connected').waitFor()
      await each.keyboard.press('Escape')
    }
    await page.locator('.connection', { hasText: 'Relays only (1)' }).waitFor()
    await bob.page.locator('.bubble', { hasText: 'by whatever way' }).waitFor()
    await reaches(page, 'by whatever way', 'Delivered')
    await page.getByText(`via ${hostOf(near)}`).waitFor()
    await details(page, 'by whatever way').click()
    await page.getByText('by a relay; signature checked').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await details(bob.page, 'by whatever way').click()
    await bob.page.getByText('Came by').waitFor()
    await bob.page.getByText(`Your replies go first by ${hostOf(near)}`).waitFor()
    await inspect(bob.page, '44-received')
    await bob.page.keyboard.press('Escape')
    await app.stack.services.gateway.start()
  })

  it('stays at sent for who writes to somebody without confirmations', async () => {
    await bob.page.setViewportSize(wide)
    await go(bob.page, 'relays')
    const choice = bob.page.getByRole('switch', { name: 'Confirm what arrives' })
    await choice.uncheck()
    await bob.page.getByText('their messages stay at “Sent”').waitFor()
    await write(alice.page, 'unconfirmed')
    await reaches(alice.page, 'unconfirmed', 'Sent')
    await go(bob.page, 'chats')
    await bob.page.locator('.chat-row', { hasText: 'unconfirmed' }).waitFor()
    await go(bob.page, 'relays')
    await choice.check()
    await write(alice.page, 'confirmed again')
    await reaches(alice.page, 'confirmed again', 'Delivered')
    await reaches(alice.page, 'unconfirmed', 'Sent')
  })
})
