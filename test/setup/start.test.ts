import { readdirSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processesOf } from './launcher.ts'
import { type Launches, makeLaunches } from './launches.ts'

let launches: Launches
let listeners: Server[] = []
beforeEach(async () => {
  launches = await makeLaunches()
})
afterEach(async () => {
  await launches.end()
  for (const listener of listeners) listener.close()
  listeners = []
})

const occupy = (port: number) =>
  new Promise<void>((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', resolve)
    listeners.push(server)
  })

test('the first start fixes the domain, later ones keep it, and another one is refused with the reason', async () => {
  const first = launches.start('--server', 'chat.example.org', '--registration', 'invite')
  await first.running()
  expect(first.output()).toMatch(/https:\/\/chat\.example\.org\/#\/join\/[\w-]{22}\n/)
  expect(first.output()).toContain('alice@chat.example.org')
  await launches.stop(first)
  const other = launches.start('--server', 'other.example.org')
  expect(await other.exitCode()).toBe(1)
  expect(other.output()).toMatch(/started as "chat\.example\.org".*signed into every registration/s)
  const second = launches.start()
  await second.running()
  expect(second.output()).toContain('alice@chat.example.org')
  await launches.stop(second)
})

test('everything in the data folder is for its owner alone', async () => {
  const launcher = launches.start()
  await launcher.running()
  const open = readdirSync(launches.place.dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(launches.place.dataDir, name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0)
  expect(open).toEqual([])
  expect(statSync(launches.place.dataDir).mode & 0o777).toBe(0o700)
})

test.each([
  ['port', '--bind'],
  ['internalPort', '--internal-bind'],
] as const)('a busy %s is named together with %s and never moved, and nothing is left running', async (which, flag) => {
  await occupy(launches.place[which])
  const launcher = launches.start()
  expect(await launcher.exitCode()).toBe(1)
  expect(launcher.output()).toMatch(new RegExp(`Port ${launches.place[which]} is in use.*${flag} 127`, 's'))
  expect(processesOf(launches.place)).toEqual([])
  expect(readdirSync(launches.place.dataDir)).not.toContain('launcher.lock')
})

test('a second launcher on the same data folder is refused while the first goes on', async () => {
  const first = launches.start()
  await first.running()
  const second = launches.start()
  expect(await second.exitCode()).toBe(1)
  expect(second.output()).toMatch(/already running with the data folder.*KEZ_DATA_DIR/s)
  await launches.stop(first)
})

test.each([
  [['--servr', 'x'], /no flag --servr\. Did you mean --server\?/],
  [['hello'], /"hello" belongs to no flag/],
  [['--server'], /--server needs a value/],
  [['--server', 'Not A Domain'], /KEZ_CHAT_SERVER must be a lower-case domain name/],
])('%j is refused before anything is written', async (args, message) => {
  const launcher = launches.start(...args)
  expect(await launcher.exitCode()).toBe(2)
  expect(launcher.output()).toMatch(message)
  expect(() => statSync(launches.place.dataDir)).toThrow()
})
