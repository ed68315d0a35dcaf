import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createClient } from '@kez-chat/client'
import { createRegistration, parseNewHandle, randomBytes } from '@kez-chat/identity'
import { messagingKeyFromSeed } from '@kez-chat/messaging'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Launcher } from './launcher.ts'
import { type Launches, makeLaunches } from './launches.ts'

let launches: Launches
beforeEach(async () => {
  launches = await makeLaunches()
})
afterEach(() => launches.end())

/** What one of the operator's commands says, whichever way it ends. */
const kez = (...args: string[]): string => {
  const path = join(import.meta.dirname, '..', '..', 'bin', 'kez')
  const env = { PATH: process.env.PATH, KEZ_DATA_DIR: launches.place.dataDir }
  const { stdout, stderr } = spawnSync(path, ['admin', ...args], { env, encoding: 'utf8' })
  return stdout + stderr
}

test("the operator's commands find keys and servers in the data folder, and the server starts with keys that were changed", async () => {
  const first = launches.start()
  await first.running()
  expect(kez('streams', 'check')).toMatch(/^ok +IDENTITY /m)
  expect(kez('projection', 'status')).toMatch(/^directory +current /m)
  expect(kez('keys', 'rotate', 'all')).toContain('the server runs')
  await launches.stop(first)
  expect(kez('streams', 'check')).toContain('Is the server running?')
  expect(kez('keys', 'rotate', 'all')).toContain('Start the server: it runs with the new keys')
  const second = launches.start()
  await second.running()
  expect(kez('streams', 'check')).toMatch(/^ok +IDENTITY /m)
  expect(kez('invite', 'list')).toContain('no open invitations')
})

test('every key changes step by step, with a restart at each, and whoever came before is known after it', async () => {
  const people: string[] = []
  /** That logins to NATS, the registry and Postgres hold: somebody new registers, and all others are found. */
  const serves = async (launcher: Launcher, handle: string) => {
    const client = createClient({ baseUrl: launcher.url })
    const wish = { handle: parseNewHandle(handle), server: 'localhost', createdAt: Date.now() }
    await client.register(createRegistration(wish, messagingKeyFromSeed(randomBytes(32))))
    people.push(handle)
    for (const one of people) expect((await client.lookup(one)).handle).toBe(one)
    expect(kez('streams', 'check')).toMatch(/^ok +INBOX_0 /m)
  }
  let launcher = launches.start()
  await launcher.running()
  await serves(launcher, 'before')
  for (const step of ['prepare', 'switch', 'finish'] as const) {
    expect(kez('keys', 'rotate', step)).toContain('Changed: ')
    await launches.stop(launcher)
    launcher = launches.start()
    await launcher.running()
    await serves(launcher, `after_${step}`)
  }
  const status = kez('keys', 'rotate', 'status').trim().split('\n')
  expect(status.length).toBeGreaterThan(10)
  expect(status.filter((line) => !line.endsWith('one key'))).toEqual([])
})
