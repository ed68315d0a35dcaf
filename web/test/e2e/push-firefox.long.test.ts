import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Owner } from '@kez-chat/client'
import { endpointFingerprint, type PushSubscriptions } from '@kez-chat/contracts'
import { type PushService, type Stack, startPushService, startStack } from '@kez-chat/testkit'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtApp } from './build.ts'
import { launchFirefox } from './firefox.ts'
import { otherProgram } from './other-program.ts'
import { createIdentity, press, see } from './puppet.ts'

const patience = { timeout: 40_000 }

let built: Awaited<ReturnType<typeof builtApp>>
let profile = ''
let service: PushService
let stack: Stack
let browser: Browser
let alice: Owner
let bob: Awaited<ReturnType<typeof otherProgram>>

beforeAll(async () => {
  built = await builtApp()
  service = await startPushService({ hosts: ['updates.push.services.mozilla.com'] })
  stack = await startStack({ webDir: built.dir, env: { KEZ_PUSH_COUNTERPARTS: service.counterparts } })
  profile = await mkdtemp(join(tmpdir(), 'kez-firefox-'))
  browser = await launchFirefox(service.browserUrl, profile)
  bob = await otherProgram(stack.url, 'bob')
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
  await service?.stop()
  built?.remove()
  await rm(profile, { recursive: true, force: true, maxRetries: 5 })
})

const openApp = async (hash: string): Promise<Page> => {
  const page = await browser.newPage()
  page.setDefaultTimeout(patience.timeout)
  await page.goto(`${stack.url}/#/${hash}`)
  return page
}

const listed = (): Promise<PushSubscriptions> => createClient({ baseUrl: stack.url }).pushSubscriptions(alice)
const fingerprints = async (): Promise<string[]> => (await listed()).subscriptions.map(({ fingerprint }) => fingerprint)
const newestEndpoint = (): string => service.browsers.endpoints.at(-1) ?? ''

const closeEveryTab = async (): Promise<void> => {
  const blank = await browser.newPage()
  for (const page of await browser.pages()) if (page !== blank) await page.close()
  expect((await browser.pages()).map((page) => page.url())).toEqual(['about:blank'])
}

/** What the worker has shown, asked from a page that does not start the app, which would take it away. */
const shown = async (): Promise<string[]> => {
  const page = await browser.newPage()
  try {
    await page.goto(`${stack.url}/favicon.svg`)
    return await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/')
      return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => `${title}: ${body}`)
    })
  } finally {
    await page.close()
  }
}

const outcomes = (page: Page): Promise<(string | undefined)[]> =>
  page.$$eval('.check', (items) =>
    items.map((item) => (item instanceof HTMLElement ? item.dataset.outcome : undefined)),
  )

it('notifications are turned on by a tap, and with every tab closed a message brings one that says nothing', async () => {
  const page = await openApp('create')
  alice = await createIdentity(page, 'alice')
  expect(service.browsers.endpoints).toEqual([])
  await page.goto(`${stack.url}/#/notifications`)
  await press(page, 'Turn notifications on')
  await see(page, 'This device tells you when a message comes.')
  await see(page, 'Firefox on Linux')
  expect(await fingerprints()).toEqual([endpointFingerprint(newestEndpoint())])
  await closeEveryTab()
  await bob.send('alice', { type: 'text', text: 'Are you there?' })
  await expect.poll(() => service.browsers.acknowledged(), patience).toBe(1)
  expect(service.pushesTo(newestEndpoint())).toMatchObject([{ bytes: 0, topic: 'kez-wake', urgency: 'high' }])
  await expect.poll(shown, { ...patience, interval: 1_000 }).toEqual(['kez: Something new has come.'])
}, 150_000)

it('the doctor passes every step, the last one by a receipt of the worker', async () => {
  const page = await openApp('notifications')
  await press(page, 'Test notifications')
  await see(page, 'All is well')
  expect(await outcomes(page)).toEqual(Array.from({ length: 7 }, () => 'passed'))
  expect((await listed()).subscriptions[0]?.last_receipt).toMatch(/Z$/)
  await page.close()
}, 90_000)

it('when the push service loses a subscription the worker heals it by itself, with every tab closed', async () => {
  const before = newestEndpoint()
  await closeEveryTab()
  service.browsers.forget()
  await expect.poll(fingerprints, patience).not.toContain(endpointFingerprint(before))
  expect(await fingerprints()).toEqual([endpointFingerprint(newestEndpoint())])
  expect(newestEndpoint()).not.toBe(before)
}, 90_000)

it('what the browser has lost is subscribed anew when the app is opened, without a question', async () => {
  const before = newestEndpoint()
  const page = await openApp('notifications')
  await see(page, 'Firefox on Linux')
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    await (await registration.pushManager.getSubscription())?.unsubscribe()
  })
  await page.reload()
  await expect.poll(newestEndpoint, patience).not.toBe(before)
  await expect.poll(fingerprints, patience).toEqual([endpointFingerprint(newestEndpoint())])
  await press(page, 'Test notifications')
  await see(page, 'All is well')
}, 90_000)

it('erasing the identity ends the subscription, in the browser and on the server', async () => {
  const page = await openApp('settings')
  await press(page, 'Erase everything here')
  await press(page, 'Yes, erase')
  await see(page, 'Create an identity')
  expect(await fingerprints()).toEqual([])
  // The worker that is there now is that of the page which begins anew.
  const left = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    return [await registration.pushManager.getSubscription(), (await caches.keys()).includes('kez-push')]
  })
  expect(left).toEqual([null, false])
}, 90_000)
