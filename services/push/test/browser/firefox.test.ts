import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient, type Owner } from '@kez-chat/client'
import { endpointFingerprint } from '@kez-chat/contracts'
import { createRegistration, parseHandle, randomBytes, signingKeyFromSeed } from '@kez-chat/identity'
import { type PushService, type Stack, startPushService, startStack } from '@kez-chat/testkit'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp } from './build-app.ts'
import { launchFirefox } from './firefox.ts'

let webDir = ''
let profile = ''
let service: PushService
let stack: Stack
let browser: Browser
let client: Client
let alice: Owner
let letters = 0

beforeAll(async () => {
  webDir = await buildApp()
  service = await startPushService({ hosts: ['updates.push.services.mozilla.com'] })
  stack = await startStack({ webDir, env: { KEZ_PUSH_COUNTERPARTS: service.counterparts } })
  profile = await mkdtemp(join(tmpdir(), 'kez-firefox-'))
  browser = await launchFirefox(service.browserUrl, profile)
  client = createClient({ baseUrl: stack.url })
  alice = await newPerson('alice')
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
  await service?.stop()
  for (const folder of [webDir, profile]) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

const newPerson = async (handle: string): Promise<Owner> => {
  const signer = signingKeyFromSeed(randomBytes(32))
  const registration = { handle: parseHandle(handle), server: 'localhost', createdAt: Date.now() }
  await client.register(createRegistration(registration, signer))
  return { handle, signer }
}

const send = (to: string) => {
  letters += 1
  return client.postMessage({
    to,
    envelope: { v: 2, eph: letters.toString(16).padStart(64, '0'), nonce: '0'.repeat(24), ct: 'x' },
  })
}

const openApp = async (): Promise<Page> => {
  const page = await browser.newPage()
  await page.goto(stack.url)
  await page.waitForFunction('globalThis.kez !== undefined')
  return page
}

const subscribe = async (page: Page, owner: Owner): Promise<string> => {
  const vapid_key = await client.vapidPublicKey()
  const subscription = JSON.parse(String(await page.evaluate(`kez.subscribe('${vapid_key}').then(JSON.stringify)`)))
  await client.subscribePush(owner, { ...subscription, vapid_key, label: 'Firefox' })
  return subscription.endpoint
}

const shown = async (): Promise<unknown> => {
  const page = await openApp()
  try {
    return await page.evaluate('kez.shown()')
  } finally {
    await page.close()
  }
}

const closeEveryTab = async (): Promise<void> => {
  const blank = await browser.newPage()
  for (const page of await browser.pages()) if (page !== blank) await page.close()
  expect((await browser.pages()).map((page) => page.url())).toEqual(['about:blank'])
}

it('with every tab closed, a message from another account brings a notification that says nothing', async () => {
  const endpoint = await subscribe(await openApp(), alice)
  expect(new URL(endpoint).host).toBe('updates.push.services.mozilla.com')
  await closeEveryTab()
  await newPerson('bob')
  await send('alice')
  await expect.poll(() => service.browsers.acknowledged(), { timeout: 30_000 }).toBe(1)
  expect(service.pushesTo(endpoint)).toMatchObject([{ bytes: 0, topic: 'kez-wake', urgency: 'high' }])
  await expect.poll(shown, { timeout: 30_000, interval: 1_000 }).toEqual(['kez-chat: Something new has come.'])
}, 120_000)

it('the doctor passes every step, the last one by a receipt of the worker with every tab closed', async () => {
  const carol = await newPerson('carol')
  const page = await openApp()
  const endpoint = await subscribe(page, carol)
  await page.evaluate('kez.expectTest()')
  await closeEveryTab()
  const { ok, steps } = await client.testPush(carol, endpoint)
  expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    'subscription_known passed',
    'key_matches passed',
    'endpoint_answered passed',
    'worker_confirmed passed',
  ])
  expect(ok).toBe(true)
}, 60_000)

it('a subscription that the browser has ended is dropped, and the app subscribes anew when it is opened', async () => {
  const dave = await newPerson('dave')
  const page = await openApp()
  const before = await subscribe(page, dave)
  await page.evaluate(
    'navigator.serviceWorker.ready.then((r) => r.pushManager.getSubscription()).then((s) => s.unsubscribe())',
  )
  expect((await client.testPush(dave, before)).steps[2]).toMatchObject({
    outcome: 'failed',
    reason: 'gone',
    status: 410,
  })
  await send('dave')
  await expect.poll(async () => (await client.pushSubscriptions(dave)).subscriptions).toEqual([])
  const after = await subscribe(page, dave)
  expect(after).not.toBe(before)
  await page.evaluate('kez.expectTest()')
  expect((await client.testPush(dave, after)).ok).toBe(true)
}, 60_000)

it('when the push service loses a subscription the worker heals it by itself, with every tab closed', async () => {
  const erin = await newPerson('erin')
  const before = await subscribe(await openApp(), erin)
  await closeEveryTab()
  service.browsers.forget()
  const fingerprint = async () => (await client.pushSubscriptions(erin)).subscriptions[0]?.fingerprint
  await expect.poll(fingerprint, { timeout: 30_000 }).not.toBe(endpointFingerprint(before))
  const after = service.browsers.endpoints.at(-1) ?? ''
  expect(await fingerprint()).toBe(endpointFingerprint(after))
  await send('erin')
  await expect.poll(() => service.pushesTo(after).length).toBe(1)
}, 60_000)
