import { afterEach, expect, test } from 'vitest'
import { metric, startWorld, type World } from '../rig.ts'
import { herdReturns } from './herd.ts'

let world: World
afterEach(() => world?.stop())

test('2,000 connections are all back after the broker restarts', async () => {
  world = await startWorld()
  await world.startRegistry()
  const auth = await world.startAuth()
  await world.startAuth()
  const seconds = await herdReturns(world, 2_000)
  const shed = await metric(auth, 'kez_auth_logins_total', 'outcome="shed"')
  console.log(`2,000 connections back after ${seconds.toFixed(1)} s; ${shed} logins shed`)
  expect(seconds).toBeLessThan(90)
})
