import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createFileBody, fileChunk } from '@kez-chat/messaging'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { exif } from '../pictures.ts'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords } from './browser-storage.ts'
import { inspect } from './inspect.ts'
import { otherProgram } from './other-program.ts'
import { newPerson, openChatWith, type Person, write } from './person.ts'

let app: AppUnderTest
let alice: Person
let bob: Person

const wide = { width: 1280, height: 800 }
const phone = { width: 360, height: 740 }

beforeAll(async () => {
  app = await startAppUnderTest()
  alice = await newPerson(app.browser, app.url, 'alice', { reducedMotion: 'reduce' })
  bob = await newPerson(app.browser, app.url, 'bob', { reducedMotion: 'reduce' })
  await openChatWith(alice.page, 'bob')
  await openChatWith(bob.page, 'alice')
  await bob.page.setViewportSize(phone)
})

afterAll(() => app?.stop())

afterEach(() => {
  expect(alice.complaints).toEqual([])
  expect(bob.complaints).toEqual([])
})

type Payload = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }

/** A photo as a camera makes it: lying on its side, with the place in it. */
const photo = async (page: Page): Promise<Payload> => {
  const drawn = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 3_000
    canvas.height = 2_000
    const context = canvas.getContext('2d')
    const sky = context?.createLinearGradient(0, 0, 3_000, 2_000)
    sky?.addColorStop(0, '#1c7ed6')
    sky?.addColorStop(1, '#f59f00')
    if (context && sky) {
      context.fillStyle = sky
      context.fillRect(0, 0, 3_000, 2_000)
      context.fillStyle = '#2b8a3e'
      for (let i = 0; i < 400; i++) context.fillRect((i * 977) % 3_000, (i * 613) % 2_000, 60, 30)
    }
    return canvas.toDataURL('image/jpeg', 0.95).split(',')[1] ?? ''
  })
  const plain = Buffer.from(drawn, 'base64')
  const block = Buffer.from([...Buffer.from('Exif\0\0'), ...exif(6)])
  const head = Buffer.from([0xff, 0xe1, (block.length + 2) >> 8, (block.length + 2) & 255])
  const buffer = Buffer.concat([plain.subarray(0, 2), head, block, plain.subarray(2)])
  return { name: 'holiday.jpeg', mimeType: 'image/jpeg', buffer }
}

const file = (name: string, size: number): Payload => ({
  ...{ name, mimeType: 'application/octet-stream' },
  buffer: Buffer.from(new Uint8Array(size).map((_, i) => (i * 7_919) % 251)),
})

const attach = (page: Page) => page.getByRole('button', { name: 'Attach files' })
const dialog = (page: Page) => page.getByRole('dialog')
const bubble = (page: Page, text: string) => page.locator('.bubble', { hasText: text })

/** From the keyboard, as far as the system's own picker. */
const choose = async (page: Page, ...files: Payload[]): Promise<void> => {
  const picker = page.waitForEvent('filechooser')
  await attach(page).focus()
  await page.keyboard.press('Enter')
  await (await picker).setFiles(files)
  await dialog(page).waitFor()
}

const send = async (page: Page): Promise<void> => {
  await dialog(page).locator('button[type="submit"][aria-disabled="false"]').waitFor()
  await page.keyboard.press('Enter')
  await dialog(page).waitFor({ state: 'detached' })
}

const saved = async (page: Page, press: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> => {
  const [download] = await Promise.all([page.waitForEvent('download'), press()])
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

const reaches = (page: Page, text: string, state: string) =>
  bubble(page, text).locator('.meta').getByText(state, { exact: true }).waitFor({ state: 'attached', timeout: 60_000 })

describe('a photo', () => {
  it('is looked at before it is sent, comes smaller and upright, and tells nobody where it was taken', async () => {
    await choose(alice.page, await photo(alice.page), file('plan.pdf', 900), file('film.mov', 11 * 1024 * 1024))
    await dialog(alice.page).locator('[data-code="too_large"]').getByText('Too large').waitFor()
    await dialog(alice.page).locator('.chosen-picture img').waitFor()
    await inspect(alice.page, '60-attach')
    await alice.page.setViewportSize(wide)
    await dialog(alice.page).getByRole('button', { name: 'Remove film.mov' }).click()
    await dialog(alice.page).getByRole('button', { name: 'Send 2 files' }).focus()
    await send(alice.page)
    await bob.page.locator('.photo img').waitFor()
    await reaches(alice.page, 'plan', 'Delivered')
    await alice.page.locator('.bubble.own.delivered .photo').waitFor()
    await inspect(bob.page, '61-photo')
    await bob.page.setViewportSize(phone)
    const open = bob.page.getByRole('button', { name: 'Show the photo: holiday.jpg' })
    await open.focus()
    await bob.page.keyboard.press('Enter')
    const picture = dialog(bob.page).locator('img')
    await picture.waitFor()
    expect(
      await picture.evaluate((img: HTMLImageElement) => img.decode().then(() => [img.naturalWidth, img.naturalHeight])),
    ).toEqual([1_365, 2_048])
    const { name, bytes } = await saved(bob.page, () => dialog(bob.page).getByRole('button', { name: 'Save' }).click())
    expect([name, bytes.includes('Exif'), bytes.includes('GPS'), bytes.includes('CameraName')]).toEqual([
      'holiday.jpg',
      false,
      false,
      false,
    ])
    await dialog(bob.page).getByRole('button', { name: 'Zoom' }).click()
    expect(await picture.evaluate((img) => img.getBoundingClientRect().width)).toBeGreaterThan(800)
    await inspect(bob.page, '62-lightbox')
    await bob.page.setViewportSize(phone)
    await bob.page.keyboard.press('Escape')
    await dialog(bob.page).waitFor({ state: 'detached' })
    expect(await open.evaluate((node) => node === document.activeElement)).toBe(true)
    // A phone's way back closes the picture, not the conversation.
    await open.click()
    await picture.waitFor()
    await bob.page.goBack()
    await dialog(bob.page).waitFor({ state: 'detached' })
    await bob.page.getByRole('textbox', { name: 'Message' }).waitFor()
  })

  it('that is dropped or pasted is looked at the same way; the list says what it is, and search finds its name', async () => {
    const { page } = alice
    const carry = (kind: 'dragenter' | 'drop' | 'paste') =>
      page.evaluate((type) => {
        const data = new DataTransfer()
        data.items.add(new File(['some notes'], 'minutes of may.txt', { type: 'text/plain' }))
        if (type === 'paste') {
          const event = new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true })
          document.querySelector('textarea')?.dispatchEvent(event)
        } else window.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
      }, kind)
    await carry('dragenter')
    await page.getByText('Drop files here to send them to bob').waitFor()
    await inspect(page, '63-drop')
    await page.setViewportSize(wide)
    await carry('drop')
    await dialog(page).getByText('minutes of may').waitFor()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    await carry('paste')
    await dialog(page).getByText('minutes of may').waitFor()
    await send(page)
    await reaches(page, 'minutes of may', 'Delivered')
    await page.locator('.chat-row .last', { hasText: 'You: File: minutes of may.txt' }).waitFor()
    await page.goto(`${app.url}/#/search`)
    await page.getByRole('searchbox').fill('minut')
    await page.locator('.search-hits mark').waitFor()
    await page.goBack()
  })
})

describe('a large file', () => {
  it('goes in parts, survives a reload of the sender and a time without network, and is delivered as it was', async () => {
    const { page } = alice
    const large = file('archive.tar', 3 * 1024 * 1024)
    await choose(page, large)
    await send(page)
    const progress = bubble(page, 'archive').locator('progress')
    const value = () => progress.evaluate((bar: HTMLProgressElement) => bar.value)
    await progress.waitFor()
    await bob.page.getByText('A file is coming').waitFor()
    await inspect(bob.page, '64-coming')
    await bob.page.setViewportSize(phone)
    await expect.poll(value).toBeGreaterThan(3)
    await page.reload()
    await progress.waitFor()
    await expect.poll(value).toBeGreaterThan(6)
    await alice.context.setOffline(true)
    await page.locator('.connection[data-state="offline"]').waitFor()
    // A text overtakes it, on either side of the gap.
    await write(page, 'still on its way')
    await alice.context.setOffline(false)
    await reaches(page, 'still on its way', 'Delivered')
    await reaches(page, 'archive', 'Delivered')
    const { name, bytes } = await saved(bob.page, () => bob.page.getByRole('button', { name: /^Save archive/ }).click())
    const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex')
    expect([name, hash(bytes)]).toEqual(['archive.tar', hash(large.buffer)])
    expect(await bob.page.locator('.gap').count()).toBe(0)
  }, 120_000)

  it('that is stopped in the middle is neither here nor there', async () => {
    const { page } = alice
    await page.route('**/v1/messages', (route) => route.abort())
    await choose(page, file('mistake.zip', 1_500_000))
    await send(page)
    await bubble(page, 'mistake').getByRole('button', { name: 'Stop sending' }).click()
    await bubble(page, 'mistake').waitFor({ state: 'detached' })
    await page.unroute('**/v1/messages')
    await write(page, 'sorry')
    await reaches(page, 'sorry', 'Delivered')
    expect(await bob.page.getByText('mistake').count()).toBe(0)
    const own = await countRecords(page, 'files')
    await page.reload()
    await bubble(page, 'sorry').waitFor()
    expect(await countRecords(page, 'files')).toBe(own)
  })
})

describe('a file of another program', () => {
  it('whose parts come before its message, but for one, says what is missing until that one comes', async () => {
    const { page } = bob
    const carol = await otherProgram(app.url, 'carol')
    await carol.send('bob', { type: 'text', text: 'I send you the list.' })
    await page.goto(`${app.url}/#/requests`)
    await page.locator('.chat-row', { hasText: 'the list' }).click()
    await page.getByRole('button', { name: 'Accept' }).click()
    const data = new Uint8Array(file('', 90_000).buffer)
    const draft = { from: carol.key.primary, fromHandle: 'carol@localhost', to: carol.key.primary, sentAt: Date.now() }
    const name = 'a very long name of a list that was sent to everybody in the house.pdf.exe'
    const pointer = await createFileBody({ name, mime: 'application/pdf', data }, draft)
    if (pointer.mode !== 'chunked') throw new Error('a larger file, please')
    for (const i of [2, 0]) await carol.send('bob', { ...fileChunk(pointer, data, i) })
    await page.getByText('A file is coming').waitFor()
    await carol.send('bob', { ...pointer })
    await page.getByText('2 of 3 parts are here.').waitFor()
    await inspect(page, '65-missing-part')
    await page.setViewportSize(phone)
    await carol.send('bob', { ...fileChunk(pointer, data, 1) })
    const { bytes } = await saved(page, () => page.getByRole('button', { name: /^Save a very long name/ }).click())
    expect(bytes.equals(Buffer.from(data))).toBe(true)
    await page.getByText('Program or script').waitFor()
  })
})
