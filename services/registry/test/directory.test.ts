import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  bucketName,
  type DirectoryEntry,
  directoryKey,
  type Handle,
  identityStream,
  identitySubject,
  Primary,
  primaryHex,
} from '@kez-chat/contracts'
import { append, ensureStream, openBucket } from '@kez-chat/eventlog'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openDirectory } from '../src/directory/directory.ts'
import {
  allEvents,
  entriesOf,
  freshHandle,
  metric,
  newKey,
  register,
  registrationOf,
  server,
  startWorld,
  until,
  type World,
} from './rig.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.stop())

const at = '2026-01-01T00:00:00.000Z'

/** What a registry leaves behind that dies right after its append. */
const appendOnly = async (count = 1): Promise<{ handle: Handle; primary: string }[]> => {
  const log = await world.asRegistry()
  await ensureStream(log.jsm, identityStream({ replicas: 1, inboxStreams: 1 }))
  const people = Array.from({ length: count }, () => ({
    handle: freshHandle(),
    primary: Primary.parse(newKey().primary),
  }))
  for (const { handle, primary } of people)
    await append(log, [
      {
        subject: identitySubject.handle(handle),
        expectedSeq: 0,
        event: { type: 'HandleRegistered', version: 1, handle, primary, server, at, registration: {} },
      },
      {
        subject: identitySubject.primary(primaryHex(primary)),
        expectedSeq: 0,
        event: { type: 'PrimaryBound', version: 1, primary, handle, at },
      },
    ])
  return people
}

const isListed = async (person: { handle: Handle; primary: string }): Promise<boolean> =>
  (await entriesOf(world, person)).every((entry) => entry?.handle === person.handle && entry.primary === person.primary)

test('what was appended but never put into the directory is there soon after a start, and while a registry runs', async () => {
  const before = await appendOnly(40)
  const app = await world.startRegistry()
  for (const person of before) await until(() => isListed(person), `${person.handle} is listed`)
  const [later] = await appendOnly()
  await until(async () => later !== undefined && (await isListed(later)), 'the later one is listed')
  await until(async () => (await metric(app, 'kez_registry_directory_repairs_total')) === 41, 'each repair is counted')
})

test('a registry killed in the middle of registrations leaves none that the next one does not finish', async () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...world.env({ KEZ_INTERNAL_BIND: '127.0.0.1:0' }) },
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const answered: DirectoryEntry[] = []
  const tryOnce = async (): Promise<void> => {
    const entry = await register(world, registrationOf(newKey())).catch(() => undefined)
    if (entry) answered.push(entry)
  }
  await until(async () => {
    await tryOnce()
    return answered.length > 0
  }, 'the registry answers')
  const flood = Array.from({ length: 300 }, tryOnce)
  await until(() => answered.length > 50, 'registrations are under way')
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  const events = await allEvents(await world.asRegistry())
  const registered = events.flatMap(({ event }) => (event.type === 'HandleRegistered' ? [event] : []))
  expect(events).toHaveLength(registered.length * 2)
  await world.startRegistry()
  for (const person of registered) await until(() => isListed(person), `${person.handle} is listed`)
  const names = new Set(registered.map(({ handle }) => handle))
  for (const { handle } of answered) expect(names).toContain(handle)
  await world.gateway.nc.close()
  await Promise.all(flood)
})

test('a directory that is lost is filled again from the log', async () => {
  const first = await world.startRegistry()
  const entry = await register(world, registrationOf(newKey()))
  await first.stop()
  await world.nats.kill('SIGTERM')
  rmSync(join(world.nats.dir, 'nats', 'jetstream', 'APP', 'streams', `KV_${bucketName.directory}`), { recursive: true })
  await world.nats.restart()
  await until(() => world.gateway.nc.rtt().then(Boolean, () => false), 'the connection is back')
  await world.startRegistry()
  await until(() => isListed(entry).catch(() => false), 'it is listed again')
})

const listings = (entry: DirectoryEntry) => [
  { key: directoryKey.handle(entry.handle), entry },
  { key: directoryKey.primary(primaryHex(entry.primary)), entry },
]

test('newer is never replaced by older, and what cannot be read counts as older', async () => {
  const app = await world.startRegistry()
  const entry = await register(world, registrationOf(newKey()))
  await app.stop()
  const bucket = await openBucket(await world.asRegistry(), bucketName.directory)
  const directory = openDirectory(bucket)
  const newer = { ...entry, seq: entry.seq + 10, nostr: 'a'.repeat(64) }
  expect(await directory.write(listings(newer))).toBe(true)
  expect(await directory.write(listings(entry))).toBe(false)
  expect(await entriesOf(world, entry)).toEqual([newer, newer])
  await bucket.put(`h.${entry.handle}`, 'not an entry')
  expect(await directory.holds([directoryKey.handle(entry.handle)], newer.seq)).toBe(false)
  expect(await directory.write(listings(newer))).toBe(true)
  expect(await entriesOf(world, entry)).toEqual([newer, newer])
})

test('many writers of different ages leave the newest', async () => {
  const app = await world.startRegistry()
  const entry = await register(world, registrationOf(newKey()))
  await app.stop()
  const log = await world.asRegistry()
  const directories = await Promise.all(
    Array.from({ length: 6 }, async () => openDirectory(await openBucket(log, bucketName.directory))),
  )
  await Promise.all(directories.map((directory, i) => directory.write(listings({ ...entry, seq: entry.seq + i }))))
  for (const found of await entriesOf(world, entry)) expect(found?.seq).toBe(entry.seq + 5)
})

test('an event in the log that no version knows stops the repair, is reported, and registrations go on', async () => {
  const app = await world.startRegistry()
  const log = await world.asRegistry()
  await append(log, [
    { subject: identitySubject.handle(freshHandle()), expectedSeq: 0, event: { type: 'Surprise', version: 9 } },
  ])
  await until(() => 'directory' in app.notReady(), 'it says so')
  expect(app.notReady().directory).toMatch(/^stopped: event 1 is not one this version knows/)
  expect(await metric(app, 'kez_registry_directory_repair_stopped')).toBe(1)
  expect(await isListed(await register(world, registrationOf(newKey())))).toBe(true)
})
