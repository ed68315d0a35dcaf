import type { SigningKey } from '@kez-chat/identity'
import { freePort, type ServiceProcess, serviceProcess } from '@kez-chat/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { metric, startWorld, until, type World } from '../rig.ts'
import { herdReturns } from './herd.ts'
import { login, newPerson, outcomeOf } from './logins.ts'

let world: World
const processes: ServiceProcess[] = []
/** The server waits less long than it is shipped to, so that those who wait for nobody do not wait for long. */
const patience = 3
const shorter = (shipped: string): string => shipped.replace(/^ {2}timeout: \d+$/m, `  timeout: ${patience}`)

beforeEach(async () => {
  world = await startWorld({ nats: { config: shorter } })
  await world.startRegistry()
})
afterEach(async () => {
  await Promise.all(processes.splice(0).map((one) => one.stop('SIGKILL')))
  await world?.stop()
})

/** An auth responder as operators run it. */
const startProcess = async (): Promise<ServiceProcess> => {
  const port = await freePort()
  const env = world.authEnv({
    KEZ_INTERNAL_BIND: `127.0.0.1:${port}`,
    KEZ_AUTH_SERVER_TIMEOUT_SECONDS: String(patience),
  })
  const one = serviceProcess('auth', env, `http://127.0.0.1:${port}/readyz`)
  processes.push(one)
  await one.start()
  return one
}

test('without a responder nobody gets in and nobody is let in by mistake; services go on', async () => {
  const key = await newPerson(world)
  expect(await outcomeOf(login(world, key))).toMatch(/authorization|authentication/i)
  // Registering is two services talking over NATS.
  const other = await newPerson(world)
  await world.startAuth()
  expect(await outcomeOf(login(world, key))).toBe('in')
  expect(await outcomeOf(login(world, other))).toBe('in')
})

test('a responder that answers too late lets nobody in, and the next login is not hurt by it', async () => {
  const slow = await startProcess()
  const key = await newPerson(world)
  expect(await outcomeOf(login(world, key))).toBe('in')
  slow.pause()
  const late = outcomeOf(login(world, key))
  expect(await late).toMatch(/authorization|authentication/i)
  slow.resume()
  await until(async () => (await outcomeOf(login(world, key))) === 'in', 'the responder answers again')
})

test('of two responders one is killed amid logins: whoever comes again gets in', async () => {
  const [first] = [await startProcess(), await startProcess()]
  const people = await Promise.all(Array.from({ length: 8 }, () => newPerson(world)))
  const persist = async (key: SigningKey): Promise<number> => {
    for (let tries = 1; ; tries++) if ((await outcomeOf(login(world, key))) === 'in') return tries
  }
  const logins = Array.from({ length: 15 }, () => people.map(persist)).flat()
  await new Promise((resolve) => setTimeout(resolve, 30))
  await first?.stop('SIGKILL')
  const tries = await Promise.all(logins)
  expect(Math.max(...tries)).toBeLessThanOrEqual(3)
})

test('more logins than may wait are left without an answer, are counted, and get in when they come again', async () => {
  const auth = await world.startAuth({ KEZ_AUTH_QUEUE_LIMIT: '1', KEZ_AUTH_SERVER_TIMEOUT_SECONDS: String(patience) })
  const people = await Promise.all(Array.from({ length: 8 }, () => newPerson(world)))
  const first = await Promise.all(
    Array.from({ length: 8 }, () => people.map((key) => outcomeOf(login(world, key)))).flat(),
  )
  const shed = await metric(auth, 'kez_auth_logins_total', 'outcome="shed"')
  expect(shed).toBeGreaterThan(0)
  expect(first.filter((outcome) => outcome !== 'in')).toHaveLength(shed)
  for (const key of people) expect(await outcomeOf(login(world, key))).toBe('in')
})

test('200 connections are all back after the broker restarts', async () => {
  await world.startAuth()
  await world.startAuth()
  expect(await herdReturns(world, 200)).toBeLessThan(90)
})
