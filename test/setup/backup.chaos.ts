import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Manifest, openBackup } from '@kez-chat/backup'
import { type Client, createClient } from '@kez-chat/client'
import { removeDataFolder } from '@kez-chat/embedded'
import { createRegistration, parseHandle, signingKeyFromSeed } from '@kez-chat/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kdf } from '../../libs/backup/test/rig.ts'
import { type Launcher, launch, lockedProcesses, makePlace, type Place } from './launcher.ts'

// Backups and restores that are killed at any moment, under load, with NATS dying meanwhile: what counts as a backup is whole,
// and no folder of data is ever half of one.

const root = join(import.meta.dirname, '..', '..')
const fast = ['--post-rate-per-minute', '600000', '--post-burst', '600000', '--register-rate-per-minute', '60000']
const backups = mkdtempSync(join(tmpdir(), 'kez-backup-chaos-'))

let place: Place
let server: Launcher
let client: Client
const people: { handle: string; signer: ReturnType<typeof signingKeyFromSeed> }[] = []
const acknowledged: { to: string; id: string; at: number }[] = []
let posting: Promise<unknown>
let done = false

const envelope = () => ({
  v: 2,
  eph: randomBytes(32).toString('hex'),
  nonce: randomBytes(12).toString('hex'),
  ct: randomBytes(384).toString('base64url'),
})

const register = async (handle: string): Promise<void> => {
  const signer = signingKeyFromSeed(randomBytes(32))
  const registration = createRegistration(
    { handle: parseHandle(handle), server: 'localhost', createdAt: Date.now() },
    signer,
  )
  await client.register(registration)
  people.push({ handle, signer })
}

const post = async (to: string): Promise<void> => {
  while (!done) {
    try {
      const { id } = await client.postMessage({ to, envelope: envelope() })
      acknowledged.push({ to, id, at: Date.now() })
    } catch {
      // NATS is away for a moment: what is not acknowledged is not promised.
      await sleep(100)
    }
  }
}

beforeAll(async () => {
  place = await makePlace()
  server = launch(place, fast)
  await server.running()
  client = createClient({ baseUrl: server.url })
  for (const handle of ['alice', 'bobby', 'carol']) await register(handle)
  posting = Promise.all(people.flatMap(({ handle }) => [post(handle), post(handle)]))
})
afterAll(async () => {
  done = true
  await posting
  server.process.kill('SIGTERM')
  await server.exitCode()
  place.remove()
  rmSync(backups, { recursive: true })
})

type Run = { readonly process: ChildProcess; readonly ended: Promise<number | null>; readonly said: () => string }

const kez = (...args: string[]): Run => {
  const child = spawn(process.execPath, [join(root, 'cli/src/main.ts'), 'admin', ...args], {
    env: { ...process.env, KEZ_DATA_DIR: place.dataDir, NATS_URL: '', DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  return { process: child, ended, said: () => said }
}

const opening = (folder: string) =>
  openBackup({ folder, passphrase: async () => '', kdf, version: '0.1.0', server: 'localhost' })

/** Every message that the backup promises is in it. */
const holdsItsPromise = async (folder: string): Promise<Manifest> => {
  const backup = await opening(folder)
  const ids = new Set<string>()
  for await (const { headers } of backup.messages('INBOX_0')) ids.add(headers['Nats-Msg-Id']?.[0]?.split(':')[1] ?? '')
  const promised = acknowledged.filter(({ at }) => at < Date.parse(backup.manifest.createdAt))
  expect(promised.filter(({ id }) => !ids.has(id))).toEqual([])
  expect(promised.length).toBeGreaterThan(0)
  return backup.manifest
}

test('a backup that is killed at any moment leaves none, or a whole one; NATS may die meanwhile', async () => {
  await expect.poll(() => acknowledged.length).toBeGreaterThan(2_000)
  const outcomes = { whole: 0, none: 0 }
  const looked = new Set<string>()
  for (let round = 0; round < 14; round++) {
    const run = kez('backup', '--to', backups, '--keep', '3')
    if (round % 4 === 3) {
      await sleep(Math.random() * 2_500)
      process.kill(lockedProcesses(place).children.NATS?.pid ?? 0, 'SIGKILL')
      const code = await run.ended
      if (code !== 0) expect(run.said()).toMatch(/^kez: /m)
    } else {
      await Promise.race([sleep(300 + Math.random() * 3_500), run.ended])
      run.process.kill('SIGKILL')
      await run.ended
    }
    for (const name of readdirSync(backups).filter((each) => !looked.has(each))) {
      looked.add(name)
      const folder = join(backups, name)
      if (existsSync(join(folder, 'manifest.json'))) {
        await holdsItsPromise(folder)
        outcomes.whole += 1
      } else {
        await expect(opening(folder)).rejects.toMatchObject({ code: 'backup_incomplete' })
        outcomes.none += 1
      }
    }
    await expect
      .poll(() =>
        client.lookup('alice').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
  }
  expect(Math.min(outcomes.whole, outcomes.none)).toBeGreaterThan(0)

  const last = kez('backup', '--to', backups, '--keep', '2')
  expect(await last.ended, last.said()).toBe(0)
  const whole = readdirSync(backups).filter((name) => existsSync(join(backups, name, 'manifest.json')))
  expect(whole).toHaveLength(2)
})

test('a restore that is killed at any moment leaves no data folder, and the next one is whole', async () => {
  const newest = readdirSync(backups)
    .filter((name) => existsSync(join(backups, name, 'manifest.json')))
    .sort()
    .at(-1)
  const folder = join(backups, newest ?? '')
  const manifest = await holdsItsPromise(folder)
  const other = await makePlace()
  const beside = (): string[] =>
    readdirSync(dirname(other.dataDir)).filter((name) => name.startsWith(`${basename(other.dataDir)}.restoring-`))
  try {
    for (let round = 0; round < 6; round++) {
      const run = kez('restore', '--from', folder, '--data-dir', other.dataDir)
      await Promise.race([sleep(500 + Math.random() * 3_000), run.ended])
      run.process.kill('SIGKILL')
      const code = await run.ended
      if (existsSync(other.dataDir)) {
        expect(code === 0 || existsSync(join(other.dataDir, 'nats'))).toBe(true)
        removeDataFolder(other.dataDir)
      }
      // Its servers end with it.
      await sleep(2_000)
      for (const name of beside()) removeDataFolder(join(dirname(other.dataDir), name))
    }
    const run = kez('restore', '--from', folder, '--data-dir', other.dataDir)
    expect(await run.ended, run.said()).toBe(0)
    expect(beside()).toEqual([])
    const again = launch(other, fast)
    try {
      await again.running()
      const there = createClient({ baseUrl: again.url })
      for (const owner of people) {
        const ids = new Set<string>()
        for (let since: number | null = 0; since !== null; ) {
          const page: Awaited<ReturnType<Client['readInbox']>> = await there.readInbox(owner, { since })
          for (const { id } of page.messages) ids.add(id)
          since = page.next
        }
        const promised = acknowledged.filter(({ to, at }) => to === owner.handle && at < Date.parse(manifest.createdAt))
        expect(promised.filter(({ id }) => !ids.has(id))).toEqual([])
      }
    } finally {
      again.process.kill('SIGTERM')
      await again.exitCode()
    }
    expect(readFileSync(join(other.dataDir, 'keys', 'vapid.json'))).toEqual(
      readFileSync(join(place.dataDir, 'keys', 'vapid.json')),
    )
  } finally {
    other.remove()
  }
})
