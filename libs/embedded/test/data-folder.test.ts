import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDataFolder } from '../src/index.ts'
import { isRunning, processRef } from '../src/process/identity.ts'

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'kez-data-'))
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

const open = (domain?: string) => openDataFolder({ path, domain })
const gone = { pid: 1, started: 'another boot:1' }
const writeLock = (owner: { pid: number; started: string }, more: object = {}) =>
  writeFileSync(
    join(path, 'launcher.lock'),
    JSON.stringify({ owner, nonce: 'n', stopping: false, children: {}, ...more }),
  )

test('a new data folder is private and its domain is localhost unless one is given', async () => {
  chmodSync(path, 0o755)
  const folder = await open()
  expect(folder).toMatchObject({ domain: 'localhost', isNew: true })
  expect(statSync(path).mode & 0o777).toBe(0o700)
  for (const file of readdirSync(path)) expect(statSync(join(path, file)).mode & 0o077).toBe(0)
  folder.lock.release()
})

test('the first start fixes the domain: a later one may leave it out but not change it', async () => {
  const first = await open('chat.example.org')
  first.lock.release()
  const second = await open()
  expect(second).toMatchObject({ domain: 'chat.example.org', isNew: false })
  second.lock.release()
  await expect(open('other.example.org')).rejects.toMatchObject({
    code: 'domain_fixed',
    message: expect.stringMatching(/chat\.example\.org.*signed.*KEZ_DATA_DIR/s),
  })
  const third = await open('chat.example.org')
  third.lock.release()
})

test.each([
  ['a newer format', '{"format":2,"shape":"unknown"}', 'data_folder_newer'],
  ['no JSON', 'hello', 'data_folder_invalid'],
  ['another shape', '{"format":1}', 'data_folder_invalid'],
  ['too much', JSON.stringify({ format: 1, domain: 'x'.repeat(70_000), created_at: '' }), 'data_folder_invalid'],
])('a record with %s is refused and left alone', async (_, content, code) => {
  writeFileSync(join(path, 'server.json'), content)
  await expect(open()).rejects.toMatchObject({ code })
  expect(readFileSync(join(path, 'server.json'), 'utf8')).toBe(content)
  expect(readdirSync(path)).toEqual(['keys', 'logs', 'server.json'])
})

test('a second launcher is refused while the first lives, and told which process that is', async () => {
  const first = await open()
  await expect(open()).rejects.toMatchObject({
    code: 'data_folder_in_use',
    message: expect.stringContaining(String(process.pid)),
  })
  first.lock.release()
})

test('a launcher that is ending is waited for', async () => {
  const first = await open()
  first.lock.noteStopping()
  const waits: string[] = []
  const second = openDataFolder({ path, domain: undefined, onWait: (what) => waits.push(what) })
  await expect.poll(() => waits).toHaveLength(1)
  first.lock.release()
  ;(await second).lock.release()
})

test('the lock of a dead launcher is taken over, also when its pid belongs to somebody else now', async () => {
  writeLock({ pid: process.pid, started: 'another boot:1' })
  const folder = await open()
  folder.lock.release()
  expect(readdirSync(path)).toEqual(['keys', 'logs', 'server.json'])
})

test('of many that find a stale lock at the same time one gets it', async () => {
  writeLock(gone)
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => open()))
  const winners = results.filter((result) => result.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  for (const { value } of winners) value.lock.release()
})

test('server processes that a dead launcher left are ended before the folder is used', async () => {
  const orphan = spawn('sleep', ['600'], { stdio: 'ignore' })
  await once(orphan, 'spawn')
  const ref = processRef(orphan.pid ?? 0)
  expect(ref).toBeDefined()
  writeLock(gone, { children: { NATS: ref } })
  const folder = await open()
  expect(ref && isRunning(ref)).toBe(false)
  folder.lock.release()
})

test('a process that only has the pid of an old server is not touched', async () => {
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' })
  await once(bystander, 'spawn')
  const ref = processRef(bystander.pid ?? 0)
  writeLock(gone, { children: { NATS: { pid: bystander.pid, started: 'another boot:1' } } })
  const folder = await open()
  expect(ref && isRunning(ref)).toBe(true)
  folder.lock.release()
  bystander.kill()
})
