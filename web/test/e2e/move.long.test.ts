import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Stack, startStack } from '@kez-chat/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kez } from '../../../cli/test/kez.ts'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { inspect } from './inspect.ts'
import { bubbles, newPerson, openChatWith, type Person, passphrase, reaches, watch, write } from './person.ts'

let app: AppUnderTest
/** Another home server, of another domain, that serves the same app. */
let other: Stack
let alice: Person
let bob: Person
const folder = mkdtempSync(join(tmpdir(), 'kez-move-'))
const file = join(folder, 'alice.kez')

beforeAll(async () => {
  app = await startAppUnderTest()
})
beforeAll(async () => {
  other = await startStack({
    webDir: app.dir,
    env: {
      KEZ_CHAT_SERVER: 'other.test',
      KEZ_CSP_CONNECT: [app.url, app.url.replace('http', 'ws'), 'http://localhost', 'ws://localhost'].join(),
    },
  })
})
beforeAll(async () => {
  ;[alice, bob] = await Promise.all([newPerson(app.browser, app.url, 'alice'), newPerson(app.browser, app.url, 'bob')])
})

afterAll(async () => {
  await app?.stop()
  await other?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const newPassphrase = 'seven quiet green rivers'

/** A device that has never seen the app; its browser offers no dialog to choose a place, but downloads. */
const newDevice = async (
  url: string,
  allowed: readonly string[] = [],
): Promise<{ page: Page; complaints: string[] }> => {
  const context = await app.browser.newContext({ viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints = watch(page, allowed)
  await page.goto(`${url}/#/import`)
  return { page, complaints }
}

const choose = async (page: Page, path: string, using: string): Promise<void> => {
  await page.getByLabel('File', { exact: true }).setInputFiles(path)
  await page.getByLabel('Passphrase of the file').fill(using)
  await page.getByRole('button', { name: 'Open the file' }).click()
}

const arrives = (page: Page, text: string) => page.locator('.bubble', { hasText: text }).waitFor()
const shownHash = (page: Page) => page.locator('.key-line').textContent()
const shownFigures = (page: Page) => page.locator('.figures dd').allTextContents()

describe('a whole life in kez', () => {
  let hash: string | null
  let texts: string[]

  it('goes into one file, under another passphrase, after the own one was asked for', async () => {
    const { page } = alice
    await openChatWith(page, 'bob')
    await write(page, 'hello bob')
    await openChatWith(bob.page, 'alice')
    await write(bob.page, 'hello alice')
    await arrives(page, 'hello alice')
    await reaches(page, 'hello bob', 'delivered')
    await page.getByRole('textbox', { name: 'Message' }).fill('half a thought')
    texts = (await bubbles(page)).map(({ text }) => text)
    await page.goto(`${app.url}/#/settings`)
    await page.getByText('Nothing has been exported from this device yet.').waitFor()
    await page.getByRole('link', { name: 'Export everything' }).click()
    await page.getByLabel('Your passphrase').fill('wrong')
    await page.getByText('another one').click()
    await page.getByLabel('Passphrase of the file').fill(newPassphrase)
    await page.getByLabel('Repeat the passphrase').fill(newPassphrase)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('That passphrase does not open it.').waitFor()
    await inspect(page, '90-export')
    await page.getByLabel('Your passphrase').fill(passphrase)
    await page.keyboard.press('Enter')
    await page.getByText('1 conversation and 2 messages').waitFor()
    await inspect(page, '91-export-ready')
    const other = await alice.context.newPage()
    await other.goto(`${app.url}/#/settings`)
    await other.getByRole('heading', { name: 'Settings' }).waitFor()
    // As a browser does it that lets people choose a place, with a real file.
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory()
      const handle = await root.getFileHandle('export.kez', { create: true })
      Object.assign(window, { showSaveFilePicker: async () => handle })
    })
    await page.getByRole('button', { name: 'Save the file' }).click()
    await page.getByRole('heading', { name: 'Everything is exported' }).waitFor()
    await inspect(page, '92-exported')
    hash = await shownHash(page)
    expect(await shownFigures(page)).toEqual(['1', '2'])
    const bytes = await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory()
      const buffer = await (await (await root.getFileHandle('export.kez')).getFile()).arrayBuffer()
      return Array.from(new Uint8Array(buffer))
    })
    writeFileSync(file, Uint8Array.from(bytes))
    // The other tab has stepped aside, and is back.
    await other.getByRole('heading', { name: 'Settings' }).waitFor()
    await other.close()
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('Last exported just now.').waitFor()
  })

  it('is what the command line finds in the file', async () => {
    const { code, out } = await kez(['export', 'inspect', file, '--json'], { stdin: newPassphrase })
    const found = JSON.parse(out)
    expect({ code, whole: found.whole, account: found.account }).toEqual({
      code: 0,
      whole: true,
      account: 'alice@localhost',
    })
    expect(found.history).toEqual({ conversations: 1, messages: 2, sha256: hash })
  })

  it('comes in at another server, which takes over or leaves the handle where it is', async () => {
    const { page, complaints } = await newDevice(other.url, [new URL(app.url).host])
    await choose(page, file, passphrase)
    await page.getByText('That passphrase does not open the file.').waitFor()
    await inspect(page, '93-import')
    await choose(page, file, newPassphrase)
    await page.getByText('alice@localhost').waitFor()
    await inspect(page, '94-import-opened')
    await page.getByRole('button', { name: 'Import everything' }).click()
    await page.getByRole('heading', { name: 'Everything is imported' }).waitFor()
    await inspect(page, '95-imported')
    expect(await shownHash(page)).toBe(hash)
    expect(await shownFigures(page)).toEqual(['1', '2'])
    await page.getByText('It is the hash that the file has').waitFor()
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('heading', { name: 'Where is your home?' }).waitFor()
    await inspect(page, '96-home')
    await page.getByRole('button', { name: 'Keep alice@localhost' }).click()
    await page.getByRole('link', { name: /bob/ }).click()
    await arrives(page, 'hello alice')
    expect((await bubbles(page)).map(({ text }) => text)).toEqual(texts)
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('half a thought')
    await write(page, 'from elsewhere')
    await reaches(page, 'from elsewhere', 'delivered')
    await arrives(bob.page, 'from elsewhere')
    await write(bob.page, 'to elsewhere')
    await arrives(page, 'to elsewhere')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('comes in where one record is damaged: that one is listed, and a new handle is taken', async () => {
    const bytes = readFileSync(file).map((byte, i, all) => (i === all.length - 3_000 ? byte ^ 1 : byte))
    const damaged = join(folder, 'damaged.kez')
    writeFileSync(damaged, bytes)
    const { page, complaints } = await newDevice(other.url)
    await choose(page, damaged, newPassphrase)
    await page.getByRole('button', { name: 'Import everything' }).click()
    await page.getByRole('heading', { name: 'Imported, but not all of it' }).waitFor()
    await page.getByText(/^Record \d+ is (damaged|missing)\.$/).waitFor()
    await inspect(page, '97-imported-damaged')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByLabel('Handle').fill('alice2')
    await page.getByText('alice2@other.test is free.').waitFor()
    await page.getByRole('button', { name: 'Take this handle' }).click()
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
    await page.getByRole('link', { name: 'Later' }).click()
    await page.getByRole('link', { name: /bob/ }).waitFor()
    expect(complaints).toEqual([])
    // The same file once more adds what was missing, and nothing twice.
    await page.goto(`${other.url}/#/import`)
    await choose(page, file, newPassphrase)
    await page.getByRole('button', { name: 'Import everything' }).click()
    await page.getByRole('heading', { name: 'Everything is imported' }).waitFor()
    expect(await shownHash(page)).toBe(hash)
    await page.context().close()
  })

  it('is refused where somebody else lives, or the file is cut off or newer, and says so', async () => {
    const { page } = bob
    await page.goto(`${app.url}/#/import`)
    await choose(page, file, newPassphrase)
    await page.getByText('This file belongs to another identity').waitFor()
    await inspect(page, '98-import-refused')
    const cut = join(folder, 'cut.kez')
    writeFileSync(cut, readFileSync(file).subarray(0, -1_500))
    const { page: device } = await newDevice(other.url)
    await choose(device, cut, newPassphrase)
    await device.getByRole('button', { name: 'Import everything' }).click()
    await device.getByText('The file ends too early').waitFor()
    await device.context().close()
  })
})
