import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  invitationFragment,
  inviteHash,
  inviterCheck,
  newInvitationSecret,
  parseHandle,
  randomBytes,
  readInvitationLink,
} from '@kez-chat/identity'
import jsqr from 'jsqr'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords } from './browser-storage.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { askForHandle, choosePassphrase, makeKey, passphrase, reaches, takeHandle, watch } from './person.ts'

const folder = mkdtempSync(join(tmpdir(), 'kez-e2e-invite-'))
const secretFile = join(folder, 'operator.secret')
const operatorSecret = Buffer.from(randomBytes(32)).toString('hex')
writeFileSync(secretFile, operatorSecret)

const phoneSized = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
  reducedMotion: 'reduce',
} as const
const desktopSized = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const

let app: AppUnderTest
let alice: Page
let phoneContext: BrowserContext
let bob: Page
let bobsWords: string[]
const complaints: string[][] = []

const open = async (context: BrowserContext): Promise<Page> => {
  const page = await context.newPage()
  complaints.push(watch(page))
  return page
}

beforeAll(async () => {
  app = await startAppUnderTest({ env: { KEZ_REGISTRATION: 'invite', KEZ_OPERATOR_SECRET_FILE: secretFile } })
  alice = await open(await app.browser.newContext(desktopSized))
  phoneContext = await app.browser.newContext(phoneSized)
})
afterAll(async () => {
  expect(complaints.flat()).toEqual([])
  await app?.stop()
  rmSync(folder, { recursive: true })
})

/** An invite code of the operator's, good for so long. */
const operatorCode = async (uses = 1, ms = 3_600_000): Promise<string> => {
  const code = newInvitationSecret()
  const expires_at = new Date(Date.now() + ms).toISOString()
  const response = await fetch(`${app.stack.internal.registry}/internal/invites`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorSecret}` },
    body: JSON.stringify({ op: 'issue', ...inviteHash(code), uses, expires_at }),
  })
  expect(response.status).toBe(200)
  return code
}

/** What the camera of a phone would read from the screen. */
const scan = async (page: Page): Promise<string | undefined> => {
  const png = (await page.locator('.qr').screenshot()).toString('base64')
  const { width, height, data } = await page.evaluate(async (text) => {
    const image = new Image()
    image.src = `data:image/png;base64,${text}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const pen = canvas.getContext('2d')
    pen?.drawImage(image, 0, 0)
    const pixels = pen?.getImageData(0, 0, image.width, image.height)
    return { width: image.width, height: image.height, data: [...(pixels?.data ?? [])] }
  }, png)
  return jsqr.default(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' })?.data
}

/** Goes to a fragment without loading the page anew, as a link in the page would. */
const follow = (page: Page, fragment: string): Promise<void> =>
  page.evaluate((hash) => {
    window.location.hash = hash
  }, fragment)

/** Presses Tab until the control has the focus, as somebody without a pointer would. */
const tabTo = async (page: Page, role: 'link' | 'button' | 'textbox', name: string): Promise<void> => {
  const control = page.getByRole(role, { name }).first()
  await control.waitFor()
  const has = () => control.evaluate((node) => node === document.activeElement)
  for (let i = 0; i < 30 && !(await has()); i++) await page.keyboard.press('Tab')
  expect(await has(), `Tab reaches ${name}`).toBe(true)
}

describe('a server that registers by invitation', () => {
  it('says so before anybody notes twelve words, and what is wrong with a code', async () => {
    const expired = await operatorCode(1, 1_500)
    await alice.goto(app.url)
    await alice.getByRole('link', { name: 'Create an identity' }).click()
    await alice.getByRole('heading', { name: 'This server is by invitation' }).waitFor()
    await inspect(alice, '60-invite-code')
    await alice.setViewportSize(desktopSized.viewport)
    const field = alice.getByLabel('Invitation link or code')
    for (const [typed, said] of [
      ['nonsense', /neither an invitation link nor an invite code/],
      [newInvitationSecret(), /does not know this invite code/],
      [`https://elsewhere.test/#/join/${expired}`, /invitation to elsewhere.test/],
      [`${app.url}/#/invite/alice/${newInvitationSecret()}`, /lets nobody in/],
    ] as const) {
      await field.fill(typed)
      await field.press('Enter')
      await alice.getByRole('alert').getByText(said).waitFor()
    }
    await expect
      .poll(async () => {
        await field.fill(expired)
        await field.press('Enter')
        return alice.getByRole('alert').textContent()
      })
      .toMatch(/has expired/)
  })

  it('takes in the first person by the link of the operator, by the keyboard alone', async () => {
    await alice.goto(`${app.url}/#/join/${await operatorCode()}`)
    await alice.getByRole('heading', { name: 'You are invited to localhost' }).waitFor()
    await tabTo(alice, 'link', 'Create an identity')
    await makeKey(alice)
    await takeHandle(alice, 'alice')
    expect(await countRecords(alice, 'pending')).toBe(0)
  })
})

let link = ''
let erinsLink = ''

describe('an invitation', () => {
  it('is made in the app, as a QR code that a camera reads in both themes and a link to copy', async () => {
    await tabTo(alice, 'link', 'Invite')
    await alice.keyboard.press('Enter')
    await alice.getByRole('heading', { name: 'Invite', exact: true }).waitFor()
    await tabTo(alice, 'textbox', 'For whom (only you see this)')
    await alice.keyboard.type('Bob')
    await alice.keyboard.press('Enter')
    await alice.getByRole('heading', { name: 'Bob' }).waitFor()
    await alice.getByText('Another invitation').click()
    await inspect(alice, '61-invite')
    for (const [colorScheme, viewport] of [
      ['light', desktopSized.viewport],
      ['dark', phoneSized.viewport],
    ] as const) {
      await alice.emulateMedia({ colorScheme })
      await alice.setViewportSize(viewport)
      link = (await scan(alice)) ?? ''
      expect(link).toBe(await alice.getByLabel('Link', { exact: true }).textContent())
    }
    const { origin, invitation } = readInvitationLink(link)
    expect([origin, invitation]).toMatchObject([app.url, { kind: 'person', handle: 'alice' }])
    const download = alice.waitForEvent('download')
    await alice.getByRole('button', { name: 'Save picture' }).click()
    expect((await download).suggestedFilename()).toBe('kez-alice.png')
    await alice.emulateMedia({ colorScheme: 'light' })
    await alice.setViewportSize(desktopSized.viewport)
  })

  it('leads a newcomer with a phone into a conversation that the inviter has accepted, whatever happens in between', async () => {
    bob = await open(phoneContext)
    await bob.goto(link)
    await bob.getByRole('heading', { name: 'alice@localhost invites you' }).waitFor()
    await inspect(bob, '62-invited')
    await bob.setViewportSize(phoneSized.viewport)
    await bob.reload()
    await bob.getByRole('heading', { name: 'alice@localhost invites you' }).waitFor()
    bobsWords = await makeKey(bob)
    await bob.getByLabel('Handle').waitFor()
    // The tab is closed, and the app is opened again by itself.
    await bob.close()
    bob = await open(phoneContext)
    await bob.goto(app.url)
    await askForHandle(bob, 'bob')
    await bob.getByRole('heading', { name: 'You came by alice’s invitation.' }).waitFor()
    await inspect(bob, '63-greeting')
    await bob.setViewportSize(phoneSized.viewport)
    const hello = 'Hello alice, this is bob. Thank you for the invitation!'
    await bob.getByRole('button', { name: hello }).tap()
    await reaches(bob, hello, 'delivered')
    expect(await bob.getByRole('button', { name: hello }).count()).toBe(0)
    expect(await countRecords(bob, 'pending')).toBe(0)

    await alice.getByText('Came by it: bob').waitFor()
    await follow(alice, '#/chats')
    await alice.locator('.chat-row', { hasText: 'bob' }).click()
    await alice.locator('.bubble', { hasText: hello }).waitFor()
    expect(await alice.getByRole('link', { name: /Requests/ }).count()).toBe(0)
    await alice.getByRole('textbox', { name: 'Message' }).fill('welcome')
    await alice.keyboard.press('Enter')
    await reaches(alice, 'welcome', 'delivered')
  })

  it('that was used says so to the next one, as does one that was revoked', async () => {
    const stranger = await open(await app.browser.newContext(phoneSized))
    await stranger.goto(link)
    await stranger.getByText('This invitation was used already.').waitFor()
    await follow(alice, '#/invitations')
    await alice.getByRole('button', { name: 'Make an invitation' }).click()
    const second = (await alice.getByLabel('Link', { exact: true }).textContent()) ?? ''
    expect(second).not.toBe(link)
    await alice.getByRole('button', { name: 'Revoke' }).click()
    await alice.getByRole('dialog').waitFor()
    await alice.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await alice.locator('.qr').waitFor({ state: 'detached' })
    await stranger.goto(second)
    await stranger.getByText('This invitation was taken back.').waitFor()
    await stranger.context().close()
  })
})

describe('an invitation that is followed with an account', () => {
  it('opens the conversation at once, also when the app is locked, and not if the server shows another key', async () => {
    const erin = await otherProgram(app.url, 'erin', await operatorCode())
    const fragment = (check: string): string =>
      invitationFragment({ kind: 'person', handle: parseHandle('erin'), check })
    await follow(bob, fragment(newInvitationSecret()))
    await bob.getByRole('heading', { name: 'This is not who invites you' }).waitFor()
    await inspect(bob, '64-invited-refused')
    await bob.setViewportSize(phoneSized.viewport)
    expect(await countRecords(bob, 'conversations')).toBe(1)
    await follow(bob, '#/invite/erin/short')
    await bob.getByRole('heading', { name: 'This invitation is damaged' }).waitFor()

    await bob.goto(`${app.url}/#/settings`)
    await bob.getByRole('button', { name: 'Lock now' }).tap()
    await bob.getByRole('heading', { name: 'Unlock kez' }).waitFor()
    erinsLink = fragment(inviterCheck(erin.key.primary))
    await follow(bob, erinsLink)
    await bob.getByLabel('Passphrase').fill(passphrase)
    await bob.getByRole('button', { name: 'Unlock', exact: true }).tap()
    await bob.getByText('Write the first message to erin.').waitFor()
    expect(await countRecords(bob, 'conversations')).toBe(2)
    await follow(bob, `#/join/${await operatorCode()}`)
    await bob.getByText('You have an account here already').waitFor()
  })

  it('goes on after the identity was brought back on another device, by a link that several may use', async () => {
    await follow(alice, '#/invitations')
    await alice.getByText('5 people', { exact: true }).click()
    await alice.getByRole('button', { name: 'Make an invitation' }).click()
    const several = (await alice.getByLabel('Link', { exact: true }).textContent()) ?? ''
    const laptop = await open(await app.browser.newContext(desktopSized))
    await laptop.goto(several)
    await laptop.getByRole('link', { name: 'I have a recovery phrase' }).click()
    await laptop.getByLabel('Recovery phrase').fill(bobsWords.join(' '))
    await laptop.getByRole('button', { name: 'Continue' }).click()
    await choosePassphrase(laptop)
    // What alice wrote before may be here already: then there is nothing to greet her with.
    await laptop.getByRole('heading', { name: 'alice', exact: true }).waitFor()
    await laptop.getByRole('textbox', { name: 'Message' }).waitFor()
    await expect.poll(() => countRecords(laptop, 'pending')).toBe(0)
    await laptop.context().close()
  })

  it('is followed as well when it is pasted in place of a handle', async () => {
    await follow(alice, '#/find')
    await alice.getByLabel('Handle').fill(`${app.url}/${erinsLink}`)
    await alice.keyboard.press('Enter')
    await alice.getByText('Write the first message to erin.').waitFor()
  })
})
