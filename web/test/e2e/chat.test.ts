import { isDeepStrictEqual } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords, setRecord } from './browser-storage.ts'
import { bubbles, newPerson, openChatWith, type Person, write } from './person.ts'

let app: AppUnderTest
let alice: Person
let bob: Person

/** While it is set, no relay takes a new connection from alice. */
let relaysAway = false

beforeAll(async () => {
  app = await startAppUnderTest()
  alice = await newPerson(app.browser, app.url, 'alice')
  await alice.context.routeWebSocket(/\/relay$/, (socket) =>
    relaysAway ? void socket.close() : void socket.connectToServer(),
  )
  bob = await newPerson(app.browser, app.url, 'bob')
  await openChatWith(alice.page, 'bob')
  await openChatWith(bob.page, 'alice@localhost')
})

afterAll(() => app?.stop())

// Whatever a test proves, nothing may have gone wrong unseen, nor anything been asked of another host.
afterEach(() => {
  // What Playwright puts in the place of a routed socket sends without asking whether the real one is still open.
  expect(alice.complaints.filter((one) => !one.startsWith('WebSocket is already in CLOSING'))).toEqual([])
  expect(bob.complaints).toEqual([])
})

const texts = async (page: Page) => (await bubbles(page)).map(({ text }) => text)

/** In time for the longest pause between two attempts to reach a server that was away. */
const arrives = (page: Page, text: string) =>
  page.locator('.bubble', { hasText: text }).first().waitFor({ timeout: 60_000 })

const allDelivered = (page: Page, count: number) =>
  page.waitForFunction((wanted) => document.querySelectorAll('.bubble.own.delivered').length === wanted, count, {
    timeout: 60_000,
  })

/** Only what is to be shown: confirmations are posted as well. */
const isContent = (post: string | null): boolean => !/"wake":false/.test(post ?? '')

const connection = (page: Page, state: string) => page.locator(`.connection[data-state="${state}"]`).waitFor()

describe('two people', () => {
  it('read each other, and see their messages go from sending to delivered', async () => {
    for (let i = 0; i < 5; i++) {
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        const text = `number ${i} from ${from.handle}`
        await write(from.page, text)
        await arrives(to.page, text)
      }
    }
    await allDelivered(alice.page, 5)
    await allDelivered(bob.page, 5)
    expect(await texts(bob.page)).toEqual(await texts(alice.page))
  })

  it('have everything again after a reload, once, and need no passphrase', async () => {
    const before = await bubbles(alice.page)
    await Promise.all([alice.page.reload(), bob.page.reload()])
    await arrives(alice.page, 'number 4 from bob')
    await arrives(bob.page, 'number 4 from bob')
    await Promise.all([connection(alice.page, 'live'), connection(bob.page, 'live')])
    expect(await bubbles(alice.page)).toEqual(before)
    expect(await texts(bob.page)).toEqual(before.map(({ text }) => text))
  })

  it('keep a draft over a reload', async () => {
    const field = alice.page.getByRole('textbox', { name: 'Message' })
    await field.fill('half a thought')
    await expect.poll(() => countRecords(alice.page, 'drafts')).toBe(1)
    await alice.page.reload()
    await field.waitFor()
    expect(await field.inputValue()).toBe('half a thought')
    await field.fill('')
  })

  it('write with Enter, and break lines with Shift+Enter', async () => {
    const field = alice.page.getByRole('textbox', { name: 'Message' })
    await field.fill('line one')
    await field.press('Shift+Enter')
    await field.pressSequentially('line two')
    await field.press('Enter')
    await arrives(bob.page, 'line two')
    expect((await texts(bob.page)).at(-1)).toBe('line one\nline two')
    expect(await field.inputValue()).toBe('')
  })

  it('lose nothing of what is typed while the message before it is being stored', async () => {
    const { page } = alice
    const field = page.getByRole('textbox', { name: 'Message' })
    await page.evaluate(() => {
      const held = new Promise<void>((letGo) => Object.assign(globalThis, { letGo }))
      void navigator.locks.request('kez-chat-seal', () => held)
    })
    await field.fill('the first')
    await field.press('Enter')
    await field.pressSequentially('the second')
    // What comes in meanwhile has the page drawn anew.
    await bob.page.getByRole('textbox', { name: 'Message' }).fill('in between')
    await bob.page.getByRole('textbox', { name: 'Message' }).press('Enter')
    await arrives(page, 'in between')
    await page.evaluate(() => (globalThis as { letGo?: () => void }).letGo?.())
    await arrives(bob.page, 'the first')
    await arrives(page, 'the first')
    expect(await field.inputValue()).toBe('the second')
    await field.press('Enter')
    await arrives(bob.page, 'the second')
    expect((await texts(bob.page)).slice(-3)).toEqual(['in between', 'the first', 'the second'])
  })

  it('see text as text, and only web addresses as links', async () => {
    const nasty = '<img src=x onerror=alert(1)> javascript:alert(1) https://example.org/?a=1'
    await write(alice.page, nasty)
    const bubble = bob.page.locator('.bubble', { hasText: 'onerror' })
    await bubble.waitFor()
    expect((await texts(bob.page)).at(-1)).toBe(nasty)
    expect(await bubble.locator('img').count()).toBe(0)
    const link = bubble.locator('a')
    expect(await link.evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]))).toEqual([
      ['https://example.org/?a=1', 'noopener noreferrer nofollow'],
    ])
  })
})

describe('a message that cannot go out yet', () => {
  const withRelays = async (there: boolean) => {
    relaysAway = !there
    await alice.page.reload()
    await alice.page.getByRole('textbox', { name: 'Message' }).waitFor()
    await connection(alice.page, 'live')
  }
  beforeAll(() => withRelays(false))
  afterAll(() => withRelays(true))

  it('waits while the device is offline and is sent exactly once when it is back, in order', async () => {
    const before = (await texts(bob.page)).length
    await alice.context.setOffline(true)
    await connection(alice.page, 'offline')
    for (const text of ['offline one', 'offline two', 'offline three']) await write(alice.page, text)
    await alice.page.locator('.bubble.sending').nth(2).waitFor()
    await alice.context.setOffline(false)
    await arrives(bob.page, 'offline three')
    await connection(alice.page, 'live')
    await alice.page.locator('.bubble.sending').first().waitFor({ state: 'detached' })
    expect((await texts(bob.page)).slice(before)).toEqual(['offline one', 'offline two', 'offline three'])
  })

  it('survives a reload, and goes out as the same envelope, accepted once', async () => {
    const before = (await texts(bob.page)).length
    const posted: string[] = []
    await alice.context.route('**/v1/messages', async (route) => {
      const post = route.request().postData() ?? ''
      if (!isContent(post)) return route.continue()
      posted.push(post)
      await route.abort()
    })
    await write(alice.page, 'kept over a reload')
    await alice.page.locator('.bubble.sending').waitFor()
    await alice.page.reload()
    await alice.page.locator('.bubble.sending', { hasText: 'kept over a reload' }).waitFor()
    await expect.poll(() => posted.length).toBeGreaterThan(1)
    await alice.context.unroute('**/v1/messages')
    await arrives(bob.page, 'kept over a reload')
    await alice.page.locator('.bubble.sending').waitFor({ state: 'detached' })
    expect(new Set(posted).size).toBe(1)
    expect((await texts(bob.page)).slice(before)).toEqual(['kept over a reload'])
  })

  it('is accepted once although its answer was lost', async () => {
    const before = (await texts(bob.page)).length
    let lost = 0
    await alice.context.route('**/v1/messages', async (route) => {
      if (!isContent(route.request().postData()) || lost++ > 0) return route.continue()
      await route.fetch()
      await route.abort()
    })
    await write(alice.page, 'answer lost')
    await arrives(bob.page, 'answer lost')
    await alice.page.locator('.bubble.sending').waitFor({ state: 'detached' })
    await alice.context.unroute('**/v1/messages')
    await write(alice.page, 'and after it')
    await arrives(bob.page, 'and after it')
    expect(lost).toBeGreaterThan(1)
    expect((await texts(bob.page)).slice(before)).toEqual(['answer lost', 'and after it'])
  })
})

describe('a server that goes away', () => {
  const chatThrough = async (name: string, disturb: () => Promise<void>) => {
    const before = (await texts(bob.page)).length
    const wanted: string[] = []
    const say = async (person: Person, text: string) => {
      wanted.push(text)
      await write(person.page, text)
    }
    await say(alice, `${name}: before`)
    const disturbed = disturb()
    for (let i = 0; i < 3; i++) {
      await say(alice, `${name}: alice ${i}`)
      await say(bob, `${name}: bob ${i}`)
    }
    await disturbed
    await say(alice, `${name}: after`)
    for (const text of wanted) {
      await arrives(alice.page, text)
      await arrives(bob.page, text)
    }
    await alice.page.locator('.bubble.sending').first().waitFor({ state: 'detached' })
    await bob.page.locator('.bubble.sending').first().waitFor({ state: 'detached' })
    for (const { page, handle } of [alice, bob]) {
      const said = (await texts(page)).slice(before)
      expect([...said].sort()).toEqual([...wanted].sort())
      // What one has said stays in its order; the other may learn of it in another, by whichever way was open first.
      const own = (list: string[]) => list.filter((text) => text.includes(`: ${handle} `))
      expect(own(said)).toEqual(own(wanted))
    }
  }

  it('loses and doubles nothing when the gateway restarts', async () => {
    await chatThrough('restart', () => app.stack.services.gateway.restart())
  })

  it('loses and doubles nothing when the gateway is killed', async () => {
    await chatThrough('kill', () => app.stack.services.gateway.restart('SIGKILL'))
  })

  it('loses and doubles nothing when NATS restarts', async () => {
    await chatThrough('nats', () => app.stack.nats.restart())
  })
})

describe('a server whose stream begins anew', () => {
  it('is read again from its beginning, and nothing is lost or doubled', async () => {
    const before = await texts(bob.page)
    await setRecord(bob.page, 'cursor', 'inbox', Number.MAX_SAFE_INTEGER)
    await bob.page.reload()
    await connection(bob.page, 'live')
    await write(alice.page, 'after the new beginning')
    await arrives(bob.page, 'after the new beginning')
    expect(await texts(bob.page)).toEqual([...before, 'after the new beginning'])
    expect(await countRecords(bob.page, 'unopened')).toBe(0)
  })
})

describe('two tabs of one browser', () => {
  it('show the same, send a message once, and the second takes over when the first is closed', async () => {
    const posts: string[] = []
    alice.context.on('request', (request) => {
      const post = request.postData() ?? ''
      if (request.method() === 'POST' && request.url().endsWith('/v1/messages') && isContent(post)) posts.push(post)
    })
    const before = (await texts(bob.page)).length
    const second = await alice.context.newPage()
    await second.goto(alice.page.url())
    await arrives(second, 'after the new beginning')
    await connection(second, 'live')
    await write(second, 'from the second tab')
    await arrives(alice.page, 'from the second tab')
    await write(bob.page, 'to both tabs')
    await arrives(second, 'to both tabs')
    await arrives(alice.page, 'to both tabs')
    await expect.poll(async () => isDeepStrictEqual(await bubbles(second), await bubbles(alice.page))).toBe(true)

    await alice.page.close()
    await write(bob.page, 'to the one that is left')
    await arrives(second, 'to the one that is left')
    await write(second, 'it answers')
    await arrives(bob.page, 'it answers')
    expect(posts).toHaveLength(2)
    expect((await texts(bob.page)).slice(before)).toEqual([
      'from the second tab',
      'to both tabs',
      'to the one that is left',
      'it answers',
    ])
  })
})
