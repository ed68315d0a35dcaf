import { type Counterparts, type FaultyRelay, startCounterparts, startFaultyRelay } from '@kez-chat/testkit'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { inspect } from './inspect.ts'
import {
  bubbles,
  createIdentity,
  newPerson,
  openChatWith,
  type Person,
  passphrase,
  reaches,
  stateOf,
  watch,
  write,
} from './person.ts'
import { counterpartEnv, leadToCounterparts, proofPlaces } from './proof-places.ts'

let all: Counterparts
let relay: FaultyRelay
let app: AppUnderTest
let friend: Person
let context: BrowserContext
let phone: Page
let complaints: string[]

beforeAll(async () => {
  all = await startCounterparts()
  relay = await startFaultyRelay()
  app = await startAppUnderTest({
    env: { ...counterpartEnv(all), KEZ_RELAYS: relay.url, KEZ_CSP_CONNECT: relay.url },
  })
  friend = await newPerson(app.browser, app.url, 'friend')
  context = await app.browser.newContext({
    ...{ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, reducedMotion: 'reduce' },
  })
  await leadToCounterparts(context, all)
  phone = await context.newPage()
  complaints = watch(phone, proofPlaces)
  // A phone that knows its owner's finger.
  const cdp = await context.newCDPSession(phone)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...({ protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal' } as const),
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      ...{ automaticPresenceSimulation: true, hasPrf: true },
    },
  })
})

afterAll(async () => {
  await app?.stop()
  await relay?.stop()
  await all?.stop()
})

/** From the first steps to one of them. */
const takeStep = async (title: string): Promise<void> => {
  await phone.goto(`${app.url}/#/welcome`)
  await phone.locator('.first-step', { hasText: title }).getByRole('link').tap()
}

it('a newcomer with a phone makes an identity', async () => {
  await createIdentity(phone, app.url, 'newcomer')
  await inspect(phone, '90-newcomer-chats')
  await phone.setViewportSize({ width: 360, height: 740 })
})

it('claims a domain, and is told what to publish and whether it is there', async () => {
  await takeStep('Your first proof')
  await phone.getByRole('radio', { name: 'Domain' }).check()
  await phone.getByLabel('Domain', { exact: true }).fill('newcomer.test')
  await phone.keyboard.press('Enter')
  await phone.getByRole('heading', { name: 'newcomer.test' }).waitFor()
  const value = (await phone.getByLabel('Value (type TXT)', { exact: true }).textContent()) ?? ''
  await phone.getByRole('button', { name: 'Check now' }).tap()
  await phone.getByText('The text is not there.').waitFor()
  all.dns.setTxt('_kez.newcomer.test', value)
  await phone.getByRole('button', { name: 'Check now' }).tap()
  await phone.getByText('It is there.').waitFor()
})

it('sets the finger up as a second way in', async () => {
  await takeStep('Unlock quickly')
  await phone.getByLabel('Your passphrase').fill(passphrase)
  await phone.getByRole('button', { name: 'Set up quick unlock' }).tap()
  await phone.getByText('Quick unlock is on').waitFor()
})

it('writes to somebody, and is never told more than is true', async () => {
  await phone.goto(`${app.url}/#/chats`)
  await openChatWith(phone, 'friend')
  await context.setOffline(true)
  await write(phone, 'hello from the train')
  await reaches(phone, 'hello from the train', 'sending')
  await context.setOffline(false)
  await reaches(phone, 'hello from the train', 'sent')
  // A stranger's words wait: until they are accepted, nobody is told that they came.
  await friend.page.goto(`${app.url}/#/requests`)
  await friend.page.getByRole('link', { name: /newcomer/ }).click()
  await friend.page.getByText('hello from the train').last().waitFor()
  expect(await stateOf(phone, 'hello from the train')).toBe('sent')
  await friend.page.getByRole('button', { name: 'Accept' }).click()
  await reaches(phone, 'hello from the train', 'delivered')
})

it('closes everything, and comes back by the finger to an answer that came meanwhile', async () => {
  await phone.goto(`${app.url}/#/settings`)
  await phone.getByRole('button', { name: 'Lock now' }).tap()
  await phone.getByRole('heading', { name: 'Unlock kez' }).waitFor()
  await phone.goto('about:blank')
  await write(friend.page, 'welcome')
  await reaches(friend.page, 'welcome', 'sent')
  await phone.goto(app.url)
  await phone.getByRole('button', { name: 'Unlock with fingerprint' }).tap()
  await phone.getByRole('link', { name: /friend/ }).tap()
  await phone.getByText('welcome', { exact: true }).last().waitFor()
  // Only now has a device of the newcomer's got it.
  await reaches(friend.page, 'welcome', 'delivered')
  expect((await bubbles(phone)).map(({ text, own, state }) => [text, own, state])).toEqual([
    ['hello from the train', true, 'delivered'],
    ['welcome', false, ''],
  ])
  await inspect(phone, '91-newcomer-thread')
  expect([...complaints, ...friend.complaints]).toEqual([])
})
