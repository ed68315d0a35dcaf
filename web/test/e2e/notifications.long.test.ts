import { createClient, type Owner } from '@kez-chat/client'
import { endpointFingerprint } from '@kez-chat/contracts'
import { phraseToSeed, signingKeyFromSeed } from '@kez-chat/identity'
import { type PushFault, type PushService, startPushService } from '@kez-chat/testkit'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { createIdentity, openChatWith, passphrase, watch } from './person.ts'
import { type PushStandIn, standInForPush } from './push-stand-in.ts'

let service: PushService
let app: AppUnderTest
let context: BrowserContext
let page: Page
let browserPush: PushStandIn
let complaints: string[]
let alice: Owner
let bob: Awaited<ReturnType<typeof otherProgram>>
/** Whether the device confirms what is pushed to it. */
let awake = true

beforeAll(async () => {
  service = await startPushService({
    hosts: ['updates.push.services.mozilla.com'],
    // The worker's part: in Chromium it has no subscription to name.
    onPush: ({ endpoint, topic }) => {
      if (!awake || topic !== 'kez-test') return
      const body = JSON.stringify({ endpoint })
      const headers = { 'content-type': 'application/json' }
      void fetch(`${app.url}/v1/push/receipt`, { method: 'POST', headers, body })
    },
  })
  app = await startAppUnderTest({ env: { KEZ_PUSH_COUNTERPARTS: service.counterparts } })
  context = await app.browser.newContext({ reducedMotion: 'reduce' })
  await context.grantPermissions(['notifications'])
  browserPush = await standInForPush(context, service)
  await context.addInitScript(() => {
    const seen: string[] = []
    Reflect.set(globalThis, 'seen', seen)
    Reflect.set(Notification, 'requestPermission', async () => {
      seen.push('asked')
      return Notification.permission
    })
    Reflect.set(navigator, 'setAppBadge', async (n?: number) => void seen.push(`badge ${n}`))
    Reflect.set(navigator, 'clearAppBadge', async () => void seen.push('no badge'))
    const make = AudioContext.prototype.createOscillator
    AudioContext.prototype.createOscillator = function () {
      seen.push('a note')
      return make.call(this)
    }
  })
  page = await context.newPage()
  complaints = watch(page)
  const words = await createIdentity(page, app.url, 'alice')
  alice = { handle: 'alice', signer: signingKeyFromSeed(phraseToSeed(words.join(' '))) }
  bob = await otherProgram(app.url, 'bob')
})

afterAll(async () => {
  await app?.stop()
  await service?.stop()
})

const open = async (hash: string): Promise<void> => {
  await page.goto(`${app.url}/#/${hash}`)
  await page.reload()
}
const seen = (): Promise<string[]> => page.evaluate(() => Reflect.get(globalThis, 'seen'))
const client = () => createClient({ baseUrl: app.url })
const fingerprints = async (): Promise<string[]> =>
  (await client().pushSubscriptions(alice)).subscriptions.map(({ fingerprint }) => fingerprint)
const ownFingerprint = (): string => endpointFingerprint(browserPush.endpoint() ?? '')
const outcomes = (): Promise<(string | undefined)[]> =>
  page.locator('.check').evaluateAll((items) => items.map((item) => item.getAttribute('data-outcome') ?? ''))
const secondNow = (): number => Math.floor(Date.now() / 1_000)
let lastTest = 0
/** A signature names a second and acts once: in the same second it would get the answer of the test before. */
const test = async (): Promise<void> => {
  await expect.poll(secondNow).toBeGreaterThan(lastTest)
  await page.getByRole('button', { name: /^Test/ }).click()
  await page.getByRole('button', { name: 'Test again' }).waitFor()
  lastTest = secondNow()
}

const notes = async (): Promise<number> => (await seen()).filter((what) => what === 'a note').length
const says = (text: string) => bob.send('alice', { type: 'text', text })
/** What is told within a few seconds is told of once. */
const untilQuiet = () =>
  expect
    .poll(() =>
      page.evaluate(async () => (await navigator.locks.query()).held?.some((lock) => lock.name === 'kez-chat-tell')),
    )
    .toBe(false)
/** Browsers let nothing be heard before. */
const touch = () => page.getByRole('img', { name: 'kez' }).click()
const row = (text: string) => page.locator('.chat-row', { hasText: text })
const chooseMute = async (item: string, time?: string): Promise<void> => {
  await page.getByRole('button', { name: 'More about this chat' }).click()
  await page.getByRole('menuitem', { name: item }).click()
  if (time) await page.getByRole('dialog').getByRole('button', { name: time }).click()
}

describe('while notifications are off', () => {
  it('it is asked once when somebody has come in, with a yes at hand; a no is heard', async () => {
    await open('welcome')
    const question = page.getByRole('heading', { name: 'Shall this device tell you' })
    await question.waitFor()
    await inspect(page, '29-notifications-first-question')
    expect(await page.getByRole('button', { name: 'Yes, tell me' }).getAttribute('class')).toContain('primary')
    await page.getByRole('button', { name: 'Not now' }).click()
    await open('welcome')
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
    expect([await question.count(), (await seen()).includes('asked')]).toEqual([0, false])
  })

  it('the chats say so until that is dismissed, and the number of unread messages is on the icon', async () => {
    await open('chats')
    await openChatWith(page, 'bob')
    await open('chats')
    await page.getByText('New messages reach you only while kez is open.').waitFor()
    await inspect(page, '30-notifications-nudge')
    await touch()
    await says('Hello')
    await expect.poll(seen).toContain('badge 1')
    await expect.poll(notes).toBe(2)
    await row('Hello').click()
    await expect.poll(async () => (await seen()).at(-1)).toBe('no badge')
    await open('chats')
    await page.getByRole('button', { name: 'Not now' }).click()
    await open('chats')
    await page.locator('.chat-row').waitFor()
    expect(await page.getByText('New messages reach you only').count()).toBe(0)
  })

  it('a muted chat makes no sound and is not counted, until its time is over or it is unmuted', async () => {
    await row('Hello').click()
    await chooseMute('Mute')
    await page.getByRole('dialog').getByText('You are told of it as of any other.').waitFor()
    await inspect(page, '30-mute')
    await page.getByRole('dialog').getByRole('button', { name: '8 hours' }).click()
    await page.goto(`${app.url}/#/settings`)
    await page.goto(`${app.url}/#/chats`)
    await row('Hello').getByText('Muted until').waitFor({ state: 'attached' })
    const before = (await seen()).length
    await says('while it is muted')
    await row('while it is muted').waitFor()
    await untilQuiet()
    expect((await seen()).slice(before)).toEqual([])
    await row('while it is muted').click()
    await chooseMute('Unmute (muted until')
    await open('chats')
    await touch()
    await says('and again')
    await expect.poll(notes).toBe(2)
  })

  it('the sound can be heard and turned off', async () => {
    await open('notifications')
    await page.getByRole('button', { name: 'Play it' }).click()
    await expect.poll(notes).toBe(2)
    await page.getByRole('switch', { name: 'A short sound' }).click()
    await open('chats')
    await touch()
    await says('without a sound')
    await expect.poll(seen).toContain('badge 2')
    await untilQuiet()
    expect(await notes()).toBe(0)
  })

  it('nothing is asked and nobody is told until the one button is tapped', async () => {
    await open('notifications')
    await page.getByRole('heading', { name: 'Shall this device tell you' }).waitFor()
    await inspect(page, '31-notifications-off')
    expect(await seen()).not.toContain('asked')
    expect(browserPush.endpoint()).toBeUndefined()
    expect(await fingerprints()).toEqual([])
  })
})

describe('once they are on', () => {
  it('the server knows this device, the first steps are further, and the doctor finds all well', async () => {
    await page.getByRole('button', { name: 'Turn notifications on' }).click()
    await page.getByText('This device tells you when a message comes.').waitFor()
    expect(await seen()).toContain('asked')
    expect(await fingerprints()).toEqual([ownFingerprint()])
    await test()
    await page.getByText('All is well').waitFor()
    expect(await outcomes()).toEqual(Array.from({ length: 7 }, () => 'passed'))
    await inspect(page, '32-notifications-doctor-well')
    await open('welcome')
    await page.locator('.first-step.done', { hasText: 'Turn notifications on' }).waitFor()
  })

  it('another device stands in the list, and goes when it is removed; this one stays', async () => {
    const vapid_key = await client().vapidPublicKey()
    const phone = service.subscribe(vapid_key)
    await client().subscribePush(alice, { endpoint: phone, label: 'Safari on iPhone or iPad' })
    await open('notifications')
    await page.getByRole('button', { name: 'Remove Safari on iPhone or iPad' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect.poll(fingerprints).toEqual([ownFingerprint()])
    expect((await client().pushSubscriptions(alice)).removed).toEqual([endpointFingerprint(phone)])
  })

  it('in a tab in the background says at once who has written, where that is wanted', async () => {
    const shown = () =>
      page.evaluate(async () =>
        (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, silent }) => [
          title,
          body,
          silent,
        ]),
      )
    const setVisibility = (state: DocumentVisibilityState) =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await page.getByRole('switch', { name: 'Say in notifications' }).click()
    await setVisibility('hidden')
    await says('for the preview')
    await expect.poll(shown).toEqual([['bob', 'for the preview', false]])
    await setVisibility('visible')
  })

  it.each<[string, PushFault, RegExp]>([
    ['a contact that Apple refuses', { status: 403, body: '{"reason":"BadJwtToken"}' }, /KEZ_VAPID_SUBJECT/],
    ['a push service in trouble', { status: 500 }, /It answered 500\. .* trouble of its own/],
  ])('the doctor explains %s', async (_, fault, advice) => {
    service.fault(fault)
    await test()
    service.fault()
    await page.locator('.check[data-outcome=failed]').getByText(advice).waitFor()
    expect((await outcomes()).slice(-2)).toEqual(['failed', 'skipped'])
  })

  it('the doctor says when nothing has come', async () => {
    awake = false
    await test()
    awake = true
    await page.locator('.check[data-outcome=waiting]').getByText('has not come yet').waitFor()
    await inspect(page, '33-notifications-doctor-waiting')
  })

  it('a subscription that has ended is explained and made anew by a tap, and there is an end to testing', async () => {
    service.drop(browserPush.endpoint() ?? '')
    await test()
    await page.locator('.check[data-outcome=failed]').getByText('has ended. Subscribing anew mends it.').waitFor()
    const ended = ownFingerprint()
    await inspect(page, '34-notifications-doctor-ended')
    await page.getByRole('button', { name: 'Subscribe this device anew' }).click()
    await page.getByRole('button', { name: 'Test notifications' }).waitFor()
    const limited = page.getByText('That was tested often just now.')
    // Five at once, and one more a minute: a slow machine may get some of those.
    for (let more = 0; more < 5 && (await limited.count()) === 0; more++) await test()
    await limited.waitFor()
    expect(await fingerprints()).toEqual([ownFingerprint()])
    expect(ownFingerprint()).not.toBe(ended)
  })

  it('what the browser has lost is healed at the next start, without a question, and the lost one goes', async () => {
    const lost = ownFingerprint()
    browserPush.lose()
    await open('chats')
    await expect.poll(() => browserPush.endpoint()).toBeDefined()
    await expect.poll(fingerprints).toEqual([ownFingerprint()])
    expect(ownFingerprint()).not.toBe(lost)
    expect(await seen()).not.toContain('asked')
  })

  it('a lock leaves it as it is', async () => {
    await open('settings')
    await page.getByRole('button', { name: 'Lock now' }).click()
    await page.getByLabel('Passphrase').fill(passphrase)
    expect(await fingerprints()).toEqual([ownFingerprint()])
    await page.getByRole('button', { name: 'Unlock', exact: true }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })

  it('removed from another device it stays off, and says why', async () => {
    await client().forgetPushDevice(alice, ownFingerprint())
    await open('notifications')
    await page.getByText('Another device of yours has turned them off here.').waitFor()
    await expect.poll(() => browserPush.endpoint()).toBeUndefined()
    expect(await fingerprints()).toEqual([])
  })

  it('erasing the identity ends it, in the browser and on the server', async () => {
    await page.getByRole('button', { name: 'Turn notifications on' }).click()
    await page.getByText('This device tells you when a message comes.').waitFor()
    expect(await fingerprints()).toEqual([ownFingerprint()])
    await open('settings')
    await page.getByRole('button', { name: 'Erase everything here' }).click()
    await page.getByRole('button', { name: 'Yes, erase' }).click()
    await page.getByRole('link', { name: 'Create an identity' }).waitFor()
    expect(browserPush.endpoint()).toBeUndefined()
    expect(await fingerprints()).toEqual([])
    expect(complaints).toEqual([])
  })
})

it('where the browser has said no, the page says how to allow it', async () => {
  const blocked = await app.browser.newContext({ reducedMotion: 'reduce' })
  await blocked.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }))
  const other = await blocked.newPage()
  await createIdentity(other, app.url, 'carol')
  await other.goto(`${app.url}/#/notifications`)
  await other.getByText('Your browser does not let kez notify you').waitFor()
  await inspect(other, '35-notifications-blocked')
})
