import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from '@kez-chat/backup'
import { type Client, createClient } from '@kez-chat/client'
import { createRegistration, parseHandle, signingKeyFromSeed } from '@kez-chat/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kez } from '../../cli/test/kez.ts'
import { type Launcher, launch, makePlace, type Place } from './launcher.ts'

const folder = mkdtempSync(join(tmpdir(), 'kez-backup-'))
const passphraseFile = join(folder, 'passphrase')
writeFileSync(passphraseFile, 'a phrase for backups\n', { mode: 0o600 })
const backups = join(folder, 'backups')
const fast = ['--post-rate-per-minute', '60000', '--post-burst', '60000', '--register-rate-per-minute', '60000']

let place: Place
let server: Launcher
let client: Client
beforeAll(async () => {
  place = await makePlace()
  server = launch(place, fast)
  await server.running()
  client = createClient({ baseUrl: server.url })
})
afterAll(async () => {
  server.process.kill('SIGTERM')
  await server.exitCode()
  place.remove()
  rmSync(folder, { recursive: true })
})

const person = (handle: string) => ({ handle, signer: signingKeyFromSeed(randomBytes(32)) })
type Person = ReturnType<typeof person>

const register = async (at: Client, { handle, signer }: Person): Promise<void> => {
  await at.register(
    createRegistration({ handle: parseHandle(handle), server: 'localhost', createdAt: Date.now() }, signer),
  )
}

const envelope = () => ({
  v: 2,
  eph: randomBytes(32).toString('hex'),
  nonce: randomBytes(12).toString('hex'),
  ct: randomBytes(384).toString('base64url'),
})

const inboxOf = async (at: Client, owner: Person): Promise<{ id: string; seq: number }[]> => {
  const all: { id: string; seq: number }[] = []
  for (let since: number | null = 0; since !== null; ) {
    const page = await at.readInbox(owner, { since })
    all.push(...page.messages.map(({ id, seq }) => ({ id, seq })))
    since = page.next
  }
  return all
}

test('a backup under load holds all that was acknowledged before it, and comes back in an empty folder', async () => {
  const [alice, bob, carol] = [person('alice'), person('bobby'), person('carol')]
  for (const each of [alice, bob, carol]) await register(client, each)
  const endpoint = `https://updates.push.services.mozilla.com/wpush/v2/${randomBytes(16).toString('hex')}`
  await client.subscribePush(carol, { endpoint, label: "Carol's phone" })

  const sent: { to: Person; id: string; seq: number; at: number }[] = []
  const newcomers: { who: Person; at: number }[] = []
  let done = false
  const posting = async (to: Person): Promise<void> => {
    while (!done) {
      const { id, seq } = await client.postMessage({ to: to.handle, envelope: envelope() })
      sent.push({ to, id, seq, at: Date.now() })
    }
  }
  const registering = async (): Promise<void> => {
    while (!done) {
      const who = person(`n${randomBytes(5).toString('hex')}`)
      await register(client, who)
      newcomers.push({ who, at: Date.now() })
    }
  }
  const load = Promise.all([posting(alice), posting(alice), posting(bob), registering()])
  await expect.poll(() => Math.min(sent.length, newcomers.length * 5)).toBeGreaterThan(100)

  const taken = await kez(
    ['admin', 'backup', '--to', backups, '--data-dir', place.dataDir, '--passphrase-file', passphraseFile, '--json'],
    {},
  )
  expect(taken.err).not.toMatch(/^kez:/m)
  const { folder: backup, manifest }: { folder: string; manifest: Manifest } = JSON.parse(taken.out)
  const [sentBefore, newBefore] = [sent.length, newcomers.length]
  await expect.poll(() => Math.min(sent.length - sentBefore, newcomers.length - newBefore)).toBeGreaterThan(3)
  done = true
  await load

  const recoveryPoint = Date.parse(manifest.createdAt)
  const inboxes = manifest.streams.find(({ name }) => name === 'INBOX_0')
  expect(manifest).toMatchObject({ server: 'localhost', keys: [{ name: 'vapid.json' }, { name: 'relay-bridge.key' }] })
  expect(readdirSync(backup).map((name) => statSync(join(backup, name)).mode & 0o777)).toEqual(
    readdirSync(backup).map(() => 0o600),
  )

  // Onto another machine: an empty folder and other ports.
  const other = await makePlace()
  const restored = await kez([
    ...['admin', 'restore', '--from', backup, '--data-dir', other.dataDir],
    ...['--passphrase-file', passphraseFile],
  ])
  expect(restored.err).not.toMatch(/^kez:/m)
  expect(restored.out).toMatch(/INBOX_0 +\d+ +[0-9a-f]{16} +same/)
  for (const key of ['vapid.json', 'relay-bridge.key'])
    expect(readFileSync(join(other.dataDir, 'keys', key))).toEqual(readFileSync(join(place.dataDir, 'keys', key)))

  const again = launch(other, fast)
  try {
    await again.running()
    const there = createClient({ baseUrl: again.url })
    for (const { who, at } of newcomers)
      if (at < recoveryPoint) expect((await there.lookup(who.handle)).primary).toBe(who.signer.primary)
    for (const owner of [alice, bob]) {
      const kept = await inboxOf(there, owner)
      const own = sent.filter(({ to }) => to === owner).sort((a, b) => a.seq - b.seq)
      const promised = own.filter(({ at, seq }) => at < recoveryPoint || seq <= (inboxes?.lastSeq ?? 0))
      expect(promised.length).toBeGreaterThan(10)
      expect(kept.slice(0, promised.length).map(({ id }) => id)).toEqual(promised.map(({ id }) => id))
      // What devices remember is never given out again.
      const last = own.at(-1)?.seq ?? 0
      expect(kept[0]?.seq).toBeGreaterThan(last)
    }
    expect((await there.pushSubscriptions(carol)).subscriptions).toMatchObject([{ label: "Carol's phone" }])

    await register(there, person('after-it'))
    await expect(register(there, person('alice'))).rejects.toMatchObject({ code: 'handle_taken' })
    const { id } = await there.postMessage({ to: 'alice', envelope: envelope() })
    expect((await inboxOf(there, alice)).at(-1)?.id).toBe(id)
  } finally {
    again.process.kill('SIGTERM')
    await again.exitCode()
    other.remove()
  }
}, 180_000)
