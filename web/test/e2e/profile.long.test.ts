import { encodePng } from '@kez-chat/messaging/visual'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { inspect } from './inspect.ts'
import { choosePassphrase, createIdentity, newPerson, openChatWith, type Person, watch, write } from './person.ts'

const phone = { width: 360, height: 740 }
const patience = { timeout: 60_000 }

let app: AppUnderTest
let alice: Pick<Person, 'page' | 'complaints'> & { words: string[] }
let bob: Person
let carol: Person

beforeAll(async () => {
  app = await startAppUnderTest()
  const onPhone = await app.browser.newContext({ viewport: phone, hasTouch: true, reducedMotion: 'reduce' })
  const page = await onPhone.newPage()
  const complaints = watch(page)
  const [words, ...others] = await Promise.all([
    createIdentity(page, app.url, 'alice'),
    newPerson(app.browser, app.url, 'bob', { reducedMotion: 'reduce' }),
    newPerson(app.browser, app.url, 'carol'),
  ])
  alice = { page, complaints, words }
  ;[bob, carol] = others
})

afterAll(() => app?.stop())

const [red, blue, green] = ['200,30,40', '30,60,200', '30,170,60']

/** A wide photo of three bands: what is shown first is the middle one with a little of the others. */
const photo = async (...bands: string[]): Promise<Buffer> => {
  const [width, height] = [240, 120]
  const data = new Uint8Array(width * height * 4).fill(255)
  const colours = bands.map((band) => band.split(',').map(Number))
  for (let i = 0; i < width * height; i++) data.set(colours[Math.floor((i % width) / 80)] ?? [], i * 4)
  return Buffer.from(await encodePng({ width, height, data }))
}

/** The colours of a picture in the page down its left and its right half, named where they are one. */
const halves = async (page: Page, selector: string): Promise<string> => {
  const image = page.locator(selector).first()
  if ((await image.count()) === 0) return 'none'
  const columns = await image.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) return []
    await element.decode()
    const canvas = document.createElement('canvas')
    const [width, height] = [element.naturalWidth, element.naturalHeight]
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext('2d')
    context?.drawImage(element, 0, 0)
    return [0.25, 0.75].map((part) =>
      Array.from({ length: 24 }, (_, i) => [
        ...(context?.getImageData(Math.floor(width * part), Math.floor(((i + 0.5) * height) / 24), 1, 1).data ?? []),
      ]),
    )
  })
  const isNear = (pixel: number[], colour: string): boolean =>
    colour.split(',').every((value, i) => Math.abs(Number(value) - (pixel[i] ?? 0)) < 30)
  const nameOf = (column: number[][]): string =>
    [red, blue, green].find((colour) => column.every((pixel) => isNear(pixel, colour))) ?? 'mixed'
  return columns.map(nameOf).join(' | ')
}

const shows = (page: Page, selector: string, left: string, right = left) =>
  expect.poll(() => halves(page, selector), patience).toBe(`${left} | ${right}`)

const head = '.thread-pane .bar .face > img'

const goTo = async (page: Page, address: string): Promise<void> => {
  await page.goto(`${app.url}/#/${address}`)
}

const choose = async (page: Page, ...bands: string[]): Promise<void> => {
  const buffer = await photo(...bands)
  await page.locator('input[type="file"]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer })
  await page.getByRole('heading', { name: 'What is shown of it?' }).waitFor()
}

const save = (page: Page): Promise<void> => page.getByRole('button', { name: 'Use this picture' }).click()

/** Fingers that go from one place of the stage to another; 0 to 1. */
const touch = async (page: Page, ...fingers: { from: number; to: number }[]): Promise<void> => {
  const session = await page.context().newCDPSession(page)
  const box = await page.locator('.crop-stage').boundingBox()
  const pointsAt = (part: number) =>
    fingers.map(({ from, to }, id) => ({
      x: (box?.x ?? 0) + (from + (to - from) * part) * (box?.width ?? 0),
      ...{ y: (box?.y ?? 0) + (box?.height ?? 0) / 2, id },
    }))
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: pointsAt(0) })
  for (const part of [0.25, 0.5, 0.75, 1])
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: pointsAt(part) })
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await session.detach()
}

const zoomOf = (page: Page): Promise<number> => page.getByLabel('Zoom').inputValue().then(Number)

it('a picture is chosen by touch on a phone: dragged by one finger, zoomed by two, and shown beside what strangers see', async () => {
  const { page } = alice
  await goTo(page, 'me')
  await page.getByRole('link', { name: 'Profile picture' }).click()
  await page.getByText('You have none yet.').waitFor()
  await choose(page, red, blue, green)
  await touch(page, { from: 0.4, to: 0.4 + 1 / 3 })
  expect(await zoomOf(page)).toBe(1)
  await touch(page, { from: 0.4, to: 0.35 }, { from: 0.6, to: 0.65 })
  expect(await zoomOf(page)).toBeGreaterThan(1.3)
  await inspect(page, '70-picture-crop')
  await page.setViewportSize(phone)
  await save(page)
  await shows(page, '.both-views figure:first-child img', red, blue)
  await shows(page, '.both-views figure:nth-child(2) img', 'mixed')
  await page.getByText(/Published on \d relay/).waitFor(patience)
  await page.getByText('This only obscures it').waitFor()
  await inspect(page, '71-picture')
  await page.setViewportSize(phone)
})

it('a picture is chosen by keyboard alone', async () => {
  const { page } = bob
  await goTo(page, 'picture')
  await choose(page, red, blue, green)
  const stage = page.locator('.crop-stage')
  for (let i = 0; i < 6 && !(await stage.evaluate((node) => node === document.activeElement)); i++)
    await page.keyboard.press('Tab')
  for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('+')
  expect(await zoomOf(page)).toBeGreaterThan(1)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await shows(page, '.both-views figure:first-child img', blue, green)
})

it('two people see the face of each other, blurred as long as one is a stranger; a third sees noise', async () => {
  await goTo(bob.page, 'chats')
  await openChatWith(bob.page, 'alice')
  await write(bob.page, 'Hello, it is me')
  await goTo(alice.page, 'requests')
  await alice.page.locator('.chat-row').click()
  await shows(alice.page, '.face[data-kind="face"][data-veiled] > img', blue, green)
  await alice.page.getByRole('button', { name: 'Accept' }).click()
  await shows(alice.page, '.face[data-kind="face"]:not([data-veiled]) > img', blue, green)
  await write(alice.page, 'I see')
  await shows(bob.page, head, red, blue)
  await shows(bob.page, '.chat-row .face > img', red, blue)
  await inspect(bob.page, '72-faces')

  await goTo(carol.page, 'chats')
  await openChatWith(carol.page, 'alice')
  await shows(carol.page, '.thread-pane .bar .face[data-kind="noise"] > img', 'mixed')
  await carol.page.getByRole('button', { name: 'Show the picture of alice' }).click()
  await carol.page.getByText('These are scrambled pixels').waitFor()
  await inspect(carol.page, '72-picture-noise')
})

it('comes back on a fresh device of its owner', async () => {
  const page = await (await app.browser.newContext()).newPage()
  await page.goto(`${app.url}/#/restore`)
  await page.getByLabel('Recovery phrase').fill(alice.words.join(' '))
  await page.getByRole('button', { name: 'Continue' }).click()
  await choosePassphrase(page)
  await page.getByText('Pick a request to read it.').or(page.getByText('No chats yet')).first().waitFor()
  await goTo(page, 'settings')
  await shows(page, '.face[data-kind="own"] > img', red, blue)
  await page.context().close()
})

it('is scrambled anew when somebody is blocked, who sees noise of the next one', async () => {
  const { page } = alice
  await page.getByRole('button', { name: 'More about this chat' }).click()
  await page.getByRole('menuitem', { name: 'Block' }).click()
  await page.getByText('You have blocked this person').waitFor()
  await goTo(page, 'picture')
  const noise = () => page.locator('.both-views figure:nth-child(2) img').getAttribute('src')
  const before = await noise()
  await expect.poll(noise, patience).not.toBe(before)
  await choose(page, green, red, blue)
  await save(page)
  await shows(page, '.both-views figure:first-child img', red)
  await page.getByText(/Published on \d relay/).waitFor(patience)
  const seen = async (): Promise<string> => {
    await goTo(bob.page, 'chats')
    await bob.page.locator('.chat-row').click()
    await bob.page.getByRole('textbox', { name: 'Message' }).waitFor()
    const kind = await bob.page.locator('.thread-pane .bar .face').getAttribute('data-kind')
    return `${kind} ${await halves(bob.page, head)}`
  }
  await expect.poll(seen, { ...patience, interval: 2_000 }).toBe('noise mixed | mixed')
  expect([...alice.complaints, ...bob.complaints, ...carol.complaints]).toEqual([])
})
