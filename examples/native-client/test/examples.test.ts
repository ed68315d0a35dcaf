import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@kez-chat/client'
import { createRegistration, newPhrase, parseHandle, phraseToSeed, signingKeyFromSeed } from '@kez-chat/identity'
import { startWebCounterpart, type WebCounterpart } from '@kez-chat/testkit'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from '../../../web/test/e2e/app-under-test.ts'
import { bubbles, newPerson, openChatWith, write } from '../../../web/test/e2e/person.ts'

const folder = join(import.meta.dirname, '..')
let app: AppUnderTest
let dir: string
let bot: ChildProcess | undefined
let site: WebCounterpart | undefined

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kez-test-example-'))
  app = await startAppUnderTest()
})
afterEach(async () => {
  await stopBot()
  await site?.stop()
  site = undefined
})
afterAll(async () => {
  await app?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const register = async (handle: string): Promise<string> => {
  const phrase = newPhrase(12)
  const signer = signingKeyFromSeed(phraseToSeed(phrase))
  const registration = createRegistration(
    { handle: parseHandle(handle), server: 'localhost', createdAt: Date.now() },
    signer,
  )
  await createClient({ baseUrl: app.url }).register(registration)
  return phrase
}

/** The bot as its docs say it is started. */
const startBot = async (phrase: string): Promise<string> => {
  writeFileSync(join(dir, 'bot.phrase'), `${phrase}\n`)
  let said = ''
  const child = spawn(
    process.execPath,
    [
      join(folder, 'src', 'echo-bot.ts'),
      '--phrase-file',
      join(dir, 'bot.phrase'),
      '--home',
      app.url,
      '--nats',
      app.stack.nats.url,
      '--seen-file',
      join(dir, 'bot.seen'),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  bot = child
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said += String(chunk)
    })
  await expect.poll(() => said, { timeout: 30_000 }).toMatch(/answers|has no handle/)
  return said
}

const stopBot = async (): Promise<void> => {
  if (!bot || bot.exitCode !== null || bot.signalCode !== null) return
  const ended = new Promise((resolve) => bot?.once('exit', resolve))
  bot.kill('SIGTERM')
  await ended
}

test('the bot logs in with its recovery phrase alone and answers what is written in the web app, once, also after a restart', async () => {
  const phrase = await register('echo')
  expect(await startBot(phrase)).toBe('echo@localhost answers. Ctrl-C stops it.\n')
  const alice = await newPerson(app.browser, app.url, 'alice')
  await openChatWith(alice.page, 'echo')
  await write(alice.page, 'Is anybody there?')
  const texts = async () => (await bubbles(alice.page)).map(({ text, own }) => `${own ? 'alice' : 'echo'}: ${text}`)
  await expect.poll(texts).toEqual(['alice: Is anybody there?', 'echo: Is anybody there?'])
  await stopBot()
  await write(alice.page, 'And now?')
  await expect.poll(texts).toHaveLength(3)
  await startBot(phrase)
  await expect
    .poll(texts)
    .toEqual(['alice: Is anybody there?', 'echo: Is anybody there?', 'alice: And now?', 'echo: And now?'])
  expect(alice.complaints).toEqual([])
  await alice.context.close()
})

test('the bot says what is wrong when nobody has its identity, and shows no word of the phrase', async () => {
  const phrase = newPhrase(12)
  const said = await startBot(phrase)
  expect(said).toContain('has no handle')
  for (const word of phrase.split(' ')) expect(said).not.toMatch(new RegExp(`\\b${word}\\b`))
})

/** The page, built and served from a port of its own. */
const servePage = async (): Promise<string> => {
  const outDir = join(dir, 'page')
  await build({
    root: join(folder, 'page'),
    configFile: false,
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'es2022' },
  })
  site = await startWebCounterpart()
  const { host } = new URL(site.origin)
  site.publish(host, '/index.html', readFileSync(join(outDir, 'index.html'), 'utf8'), 'text/html')
  for (const name of readdirSync(join(outDir, 'assets')))
    site.publish(host, `/assets/${name}`, readFileSync(join(outDir, 'assets', name), 'utf8'), 'text/javascript')
  return `${site.origin}/index.html`
}

test('the page reads and writes by WebSocket from a browser', async () => {
  const [page1, page2] = [await register('paula'), await register('pablo')]
  const url = await servePage()
  const open = async (phrase: string) => {
    const page = await (await app.browser.newContext()).newPage()
    await page.goto(url)
    await page.getByLabel('Home server').fill(app.url)
    await page.getByLabel('Its NATS').fill(app.stack.nats.websocketUrl)
    await page.getByLabel('Recovery phrase').fill(phrase)
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByText(/^Connected as/).waitFor()
    return page
  }
  const [paula, pablo] = [await open(page1), await open(page2)]
  await paula.getByLabel('To').fill('pablo')
  await paula.getByLabel('Message').fill('Hello by WebSocket')
  await paula.getByRole('button', { name: 'Send' }).click()
  await pablo.getByText('Hello by WebSocket').waitFor()
  await paula.getByText('Sent: it is on the server').waitFor()
  await paula.context().close()
  await pablo.context().close()
})

test('the docs tell of the examples what they are', () => {
  const docs = readFileSync(join(folder, '..', '..', 'docs', 'native-clients.md'), 'utf8')
  for (const part of ['examples/native-client/src/echo-bot.ts --phrase-file', 'vite examples/native-client/page'])
    expect(docs).toContain(part)
})
