import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords, dumpStorage } from './browser-storage.ts'
import { inspect } from './inspect.ts'
import { choosePassphrase, createIdentity, passphrase, shownWords, watch } from './person.ts'

let app: AppUnderTest
let page: Page
let cdp: CDPSession
let words: string[]
let complaints: string[]

beforeAll(async () => {
  app = await startAppUnderTest()
  const context = await app.browser.newContext({ viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' })
  page = await context.newPage()
  complaints = watch(page)
  cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  words = await createIdentity(page, app.url, 'alice')
})

afterAll(() => app?.stop())

const newPassphrase = 'seven quiet green rivers'

/** A device that checks fingerprints, faces or PINs; `hasPrf`: it also gives keys. */
const plugIn = async (hasPrf: boolean): Promise<string> => {
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf,
    },
  })
  return authenticatorId
}

const enrol = async (using = passphrase): Promise<void> => {
  await page.goto(`${app.url}/#/quick-unlock`)
  await page.getByLabel('Your passphrase').fill(using)
  await page.getByRole('button', { name: 'Set up quick unlock' }).click()
}

const lockNow = async (): Promise<void> => {
  await page.goto(`${app.url}/#/settings`)
  await page.getByRole('button', { name: 'Lock now' }).click()
  await page.getByRole('heading', { name: 'Unlock kez' }).waitFor()
}

describe('the recovery phrase', () => {
  it('is proven by entering all its words, and the first steps show when', async () => {
    await page.goto(`${app.url}/#/drill`)
    const field = page.getByLabel('Recovery phrase')
    await field.fill(`${'abandon '.repeat(11)}about`)
    await page.getByRole('button', { name: 'Check my words' }).click()
    await page.getByText('belong to another identity').waitFor()
    await inspect(page, '32-drill-wrong')
    await field.fill(words.join(' '))
    await page.getByRole('button', { name: 'Check my words' }).click()
    await page.getByText('These words are yours.').waitFor()
    await page.getByText('Last proven on').waitFor()
    await page.goto(`${app.url}/#/welcome`)
    await page.reload()
    await page.getByText('Last proven on').waitFor()
    await inspect(page, '33-welcome')
    expect(await page.locator('.first-step.done h2').allTextContents()).toEqual([
      'Save your recovery phrase',
      'Prove that your words work',
    ])
  })

  it('is proven from settings too: what the last visit said is gone, and Back leads there', async () => {
    await page.goto(`${app.url}/#/settings`)
    await page.getByRole('link', { name: 'Prove that my words work' }).click()
    await page.getByRole('heading', { name: 'Prove your recovery phrase' }).waitFor()
    expect(await page.getByText('These words are yours.').count()).toBe(0)
    await page.getByRole('link', { name: 'Back' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })
})

describe('quick unlock', () => {
  it('says clearly when the device gives no key, and stores nothing', async () => {
    const authenticatorId = await plugIn(false)
    await enrol()
    await page.getByText('This device cannot do it').waitFor()
    await inspect(page, '34-quick-unlock-refused')
    expect(await countRecords(page, 'biometrics')).toBe(0)
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
  })

  it('opens the app without the passphrase, under the identity’s key as the user', async () => {
    const authenticatorId = await plugIn(true)
    await enrol()
    await page.getByText('Quick unlock is on').waitFor()
    await inspect(page, '35-quick-unlock-on')
    await page.goto(`${app.url}/#/settings`)
    const key = ((await page.locator('.key-line').textContent()) ?? '').replace('ed25519:', '')
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
    expect(credentials.map(({ userHandle }) => Buffer.from(userHandle ?? '', 'base64').toString('hex'))).toEqual([key])
    await lockNow()
    await page.getByRole('button', { name: 'Unlock with fingerprint' }).waitFor()
    await inspect(page, '36-unlock-quickly')
    await page.getByRole('button', { name: 'Unlock with fingerprint' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })

  it('goes on working after the passphrase was changed, and the old passphrase does not', async () => {
    await page.goto(`${app.url}/#/passphrase`)
    await page.getByLabel('Your passphrase until now').fill(passphrase)
    await page.getByLabel('New passphrase', { exact: true }).fill(newPassphrase)
    await page.getByLabel('Repeat the passphrase').fill(newPassphrase)
    await page.getByRole('button', { name: 'Change the passphrase' }).click()
    await page.getByText('quick unlock goes on working').waitFor()
    await inspect(page, '37-passphrase-changed')
    await lockNow()
    await page.getByLabel('Passphrase').fill(passphrase)
    await page.getByRole('button', { name: 'Unlock', exact: true }).click()
    await page.getByText('That passphrase does not open it.').waitFor()
    await page.getByRole('button', { name: 'Unlock with fingerprint' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })

  it('removed is gone from the storage, the lock screen and the first steps', async () => {
    await page.goto(`${app.url}/#/quick-unlock`)
    await page.getByRole('button', { name: 'Remove quick unlock' }).click()
    await page.getByRole('button', { name: 'Set up quick unlock' }).waitFor()
    expect(await countRecords(page, 'biometrics')).toBe(0)
    await lockNow()
    expect(await page.getByRole('button', { name: 'Unlock with fingerprint' }).count()).toBe(0)
    await page.getByLabel('Passphrase').fill(newPassphrase)
    await page.getByRole('button', { name: 'Unlock', exact: true }).click()
    await page.goto(`${app.url}/#/welcome`)
    await page.getByText('2 of 6 done').waitFor()
  })

  it('of an identity that another one replaces here is not taken for the new one’s', async () => {
    await enrol(newPassphrase)
    await page.getByText('Quick unlock is on').waitFor()
    await lockNow()
    await page.getByRole('button', { name: 'Unlock with fingerprint' }).waitFor()
    await page.getByText('Forgot your passphrase?').click()
    await page.getByRole('link', { name: 'Use the recovery phrase' }).click()
    await page.getByLabel('Recovery phrase').fill(words.join(' '))
    await page.getByRole('button', { name: 'Continue' }).click()
    await choosePassphrase(page)
    await page.getByText('No chats yet').waitFor()
    await page.goto(`${app.url}/#/quick-unlock`)
    await page.getByRole('button', { name: 'Set up quick unlock' }).waitFor()
  })
})

describe('the storage', () => {
  it('upgraded by another tab makes this one step aside, and says so', async () => {
    const other = await page.context().newPage()
    await other.goto(`${app.url}/v1/health`)
    const second = await page.context().newPage()
    await second.goto(`${app.url}/#/chats`)
    await second.getByText('No chats yet').waitFor()
    await page.goto('about:blank')
    await other.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open('kez-chat', 999)
          // Only knocks: the upgrade is given up, so the data stays as it was.
          request.onupgradeneeded = () => request.transaction?.abort()
          request.onerror = resolve
          request.onsuccess = reject
        }),
    )
    await second.getByRole('heading', { name: 'A newer kez is open in another tab' }).waitFor()
    await inspect(second, '38-blocked-superseded')
    await second.getByRole('button', { name: 'Reload' }).click()
    await second.getByText('No chats yet').waitFor()
    await second.close()
    await other.close()
    await page.goto(`${app.url}/#/chats`)
    await page.getByText('No chats yet').waitFor()
  })

  it('emptied while the app is open is noticed, and restoring is offered before a new identity', async () => {
    const origin = new URL(app.url).origin
    await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
    await page.getByRole('heading', { name: 'The stored data was deleted' }).waitFor()
    await inspect(page, '39-blocked-cleared')
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('heading', { name: 'There was an identity here' }).waitFor()
    await inspect(page, '53-lost-everything')
    await page.getByRole('link', { name: 'Use my recovery phrase' }).click()
    await page.getByLabel('Recovery phrase').fill(words.join(' '))
    await page.getByRole('button', { name: 'Continue' }).click()
    await choosePassphrase(page)
    await page.getByText('No chats yet').waitFor()
    // What was under way when the browser took the storage away ends with the browser's own words.
    expect(complaints.filter((one) => !/Force close delete origin|^AbortError/.test(one))).toEqual([])
    complaints.length = 0
  })
})

describe('forgetting this device', () => {
  it('leaves no record and no hint, in every tab', async () => {
    const second = await page.context().newPage()
    await second.goto(`${app.url}/#/chats`)
    await second.getByText('No chats yet').waitFor()
    await page.goto(`${app.url}/#/settings`)
    await page.getByRole('button', { name: 'Erase everything here' }).click()
    await page.getByRole('button', { name: 'Yes, erase' }).click()
    for (const tab of [page, second]) await tab.getByRole('link', { name: 'Create an identity' }).waitFor()
    const [stores, rest] = JSON.parse(await dumpStorage(page))
    expect(Object.keys(stores).length).toBeGreaterThan(5)
    expect(Object.values(stores).flat()).toEqual([])
    expect(rest).toEqual([{}, {}, ''])
    await second.close()
  })

  it('and a seed of 64 hex digits brings an identity back too', async () => {
    await page.goto(`${app.url}/#/restore`)
    await page.getByLabel('Recovery phrase').fill('ab'.repeat(30))
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('this one has 60').waitFor()
    await page.getByLabel('Recovery phrase').fill('ab'.repeat(32))
    await page.getByRole('button', { name: 'Continue' }).click()
    await choosePassphrase(page)
    await page.getByLabel('Handle').fill('hexa')
    await page.getByText('hexa@localhost is free.').waitFor()
    await page.getByRole('button', { name: 'Take this handle' }).click()
    await page.getByText('You came with an older key.').waitFor()
    await page.getByText('0 of 6 done').waitFor()
    await page.goto(`${app.url}/#/settings`)
    await page.getByLabel('Passphrase').fill(passphrase)
    await page.getByRole('button', { name: 'Show the words' }).click()
    await page.locator('.phrase li').first().waitFor()
    const shown = await shownWords(page)
    expect(shown).toHaveLength(24)
    await page.goto(`${app.url}/#/drill`)
    await page.getByLabel('Recovery phrase').fill(shown.join(' '))
    await page.getByRole('button', { name: 'Check my words' }).click()
    await page.getByText('These words are yours.').waitFor()
    await page.goto(`${app.url}/#/welcome`)
    await page.getByText('2 of 6 done').waitFor()
    expect(complaints).toEqual([])
  })
})
