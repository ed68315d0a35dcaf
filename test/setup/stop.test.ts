import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isPortFree } from '@kez-chat/embedded'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAlive, type Launcher, launch, lockedProcesses, makePlace, type Place, processesOf } from './launcher.ts'

let place: Place
let launcher: Launcher
const goneWithin = { timeout: 15_000, interval: 100 }

beforeEach(async () => {
  place = await makePlace()
  launcher = launch(place)
  await launcher.running()
})
afterEach(async () => {
  launcher.process.kill('SIGTERM')
  await launcher.exitCode()
  place.remove()
})

const startAgain = async () => {
  launcher = launch(place)
  await launcher.running()
}

test('Ctrl-C in the terminal stops every process, and the folder is free for the next start', async () => {
  const { owner, children } = lockedProcesses(place)
  expect(Object.keys(children).sort()).toEqual(['NATS', 'Postgres'])
  process.kill(-(launcher.process.pid ?? 0), 'SIGINT')
  expect(await launcher.exitCode()).toBe(0)
  expect([owner, ...Object.values(children)].filter(({ pid }) => isAlive(pid))).toEqual([])
  expect(processesOf(place)).toEqual([])
  expect(existsSync(join(place.dataDir, 'launcher.lock'))).toBe(false)
  expect(launcher.output()).not.toMatch(/did not stop cleanly/)
})

describe.each([
  ['the set-up process', () => launcher.process.pid ?? 0],
  ['the launcher itself', () => lockedProcesses(place).owner.pid],
])('after SIGKILL of %s', (_, victim) => {
  test('no process stays, and the next start goes on', async () => {
    const { owner, children } = lockedProcesses(place)
    process.kill(victim(), 'SIGKILL')
    await expect
      .poll(() => [owner, ...Object.values(children)].filter(({ pid }) => isAlive(pid)), goneWithin)
      .toEqual([])
    expect(processesOf(place)).toEqual([])
    expect(await isPortFree(place.port)).toBe(true)
    await startAgain()
  })

  test('a start at once waits for the old processes and goes on', async () => {
    const { owner, children } = lockedProcesses(place)
    process.kill(victim(), 'SIGKILL')
    await startAgain()
    expect([owner, ...Object.values(children)].filter(({ pid }) => isAlive(pid))).toEqual([])
  })
})

test.each(['NATS', 'Postgres'])(
  '%s is started again when it dies, on the same port, and the launcher says so',
  async (name) => {
    const before = lockedProcesses(place).children[name]
    process.kill(before?.pid ?? 0, 'SIGKILL')
    await expect.poll(() => lockedProcesses(place).children[name]?.started, goneWithin).not.toBe(before?.started)
    expect(launcher.output()).toMatch(new RegExp(`${name} ended by itself \\(SIGKILL\\)`))
    expect(isAlive(lockedProcesses(place).owner.pid)).toBe(true)
  },
)
