import { readdirSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Launcher, launch, makePlace, type Place, processesOf } from './launcher.ts'

let place: Place
let launchers: Launcher[] = []
let listeners: Server[] = []
beforeEach(async () => {
  place = await makePlace()
})
afterEach(async () => {
  for (const { process } of launchers) process.kill('SIGTERM')
  for (const launcher of launchers) await launcher.exitCode()
  for (const listener of listeners) listener.close()
  launchers = []
  listeners = []
  place.remove()
})

const start = (...args: string[]) => {
  const launcher = launch(place, args)
  launchers.push(launcher)
  return launcher
}
const stop = async (launcher: Launcher) => {
  launcher.process.kill('SIGTERM')
  expect(await launcher.exitCode()).toBe(0)
}
const occupy = (port: number) =>
  new Promise<void>((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', resolve)
    listeners.push(server)
  })

test('the first start fixes the domain, later ones keep it, and another one is refused with the reason', async () => {
  const first = start('--server', 'chat.example.org', '--registration', 'invite')
  await first.running()
  expect(first.output()).toMatch(/https:\/\/chat\.example\.org\/#\/join\/[\w-]{22}\n/)
  expect(first.output()).toContain('alice@chat.example.org')
  await stop(first)
  const other = start('--server', 'other.example.org')
  expect(await other.exitCode()).toBe(1)
  expect(other.output()).toMatch(/started as "chat\.example\.org".*signed into every registration/s)
  const second = start()
  await second.running()
  expect(second.output()).toContain('alice@chat.example.org')
  await stop(second)
})

test('everything in the data folder is for its owner alone', async () => {
  const launcher = start()
  await launcher.running()
  const open = readdirSync(place.dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(place.dataDir, name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0)
  expect(open).toEqual([])
  expect(statSync(place.dataDir).mode & 0o777).toBe(0o700)
})

test.each([
  ['port', '--bind'],
  ['internalPort', '--internal-bind'],
] as const)('a busy %s is named together with %s and never moved, and nothing is left running', async (which, flag) => {
  await occupy(place[which])
  const launcher = start()
  expect(await launcher.exitCode()).toBe(1)
  expect(launcher.output()).toMatch(new RegExp(`Port ${place[which]} is in use.*${flag} 127`, 's'))
  expect(processesOf(place)).toEqual([])
  expect(readdirSync(place.dataDir)).not.toContain('launcher.lock')
})

test('a second launcher on the same data folder is refused while the first goes on', async () => {
  const first = start()
  await first.running()
  const second = start()
  expect(await second.exitCode()).toBe(1)
  expect(second.output()).toMatch(/already running with the data folder.*KEZ_DATA_DIR/s)
  await stop(first)
})

test.each([
  [['--servr', 'x'], /no flag --servr\. Did you mean --server\?/],
  [['hello'], /"hello" belongs to no flag/],
  [['--server'], /--server needs a value/],
  [['--server', 'Not A Domain'], /KEZ_CHAT_SERVER must be a lower-case domain name/],
])('%j is refused before anything is written', async (args, message) => {
  const launcher = start(...args)
  expect(await launcher.exitCode()).toBe(2)
  expect(launcher.output()).toMatch(message)
  expect(() => statSync(place.dataDir)).toThrow()
})
