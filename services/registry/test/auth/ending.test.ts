import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acceptRotation, createEvent, emptyChain, type SigningKey } from '@kez-chat/identity'
import { createCalloutXkey, createIssuerNkey } from '@kez-chat/nats-config'
import type { App } from '@kez-chat/runtime'
import type { NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendChain, chainOfKey, metric, newKey, silent, startWorld, until, type World } from '../rig.ts'
import { login, newPerson, outcomeOf } from './logins.ts'

let world: World
let auth: App
beforeAll(async () => {
  world = await startWorld()
  await world.startRegistry()
  auth = await world.startAuth()
})
afterAll(() => world?.stop())

const closes = (nc: NatsConnection, within = 10_000): Promise<void> =>
  until(() => nc.isClosed(), 'the connection is closed', within)

const revoke = (key: SigningKey) => {
  const chain = chainOfKey(key)
  return appendChain(world, chain.next({ op: 'revoke', subject: key.primary }))
}

test('revoking an identity ends its connections within seconds, those of others stay, and it does not come in again', async () => {
  const [key, other] = [await newPerson(world), await newPerson(world)]
  const [first, second, untouched] = [await login(world, key), await login(world, key), await login(world, other)]
  await revoke(key)
  await Promise.all([closes(first), closes(second)])
  await untouched.flush()
  await untouched.close()
  expect(await outcomeOf(login(world, key))).toMatch(/authorization violation/i)
  expect(await metric(auth, 'kez_auth_connections_ended_total')).toBe(2)
})

test('rotating an identity ends the connections of the old key; the new one is let in', async () => {
  const [old, next] = [await newPerson(world), newKey()]
  const nc = await login(world, old)
  const head = emptyChain(old.primary)
  const rotate = { op: 'rotate', acceptance: acceptRotation(head, next) } as const
  await appendChain(world, createEvent(head, rotate, Date.now(), old).envelope)
  await closes(nc)
  expect(await outcomeOf(login(world, old))).toMatch(/authorization violation/i)
  expect(await outcomeOf(login(world, next))).toBe('in')
})

test('a login that was being decided while the identity ended does not outlive it', async () => {
  const key = await newPerson(world)
  const logins = Array.from({ length: 10 }, () => login(world, key))
  const [settled] = await Promise.all([Promise.allSettled(logins), revoke(key)])
  const inside = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  await Promise.all(inside.map((nc) => closes(nc, 20_000)))
})

test('what ended while no responder ran is ended when one starts', async () => {
  const key = await newPerson(world)
  const nc = await login(world, key)
  await auth.stop()
  await revoke(key)
  await nc.flush()
  auth = await world.startAuth({}, silent)
  await closes(nc)
})

test('the connections of one identity are ended at once, however lately those of another were', async () => {
  const people = await Promise.all(Array.from({ length: 3 }, () => newPerson(world)))
  for (const key of people) {
    const nc = await login(world, key)
    await revoke(key)
    // Well below the time after which the search for the one before goes on.
    await closes(nc, 3_500)
  }
})

test('while the keys of the callout are changed people log in by either, and endings are heeded', async () => {
  const key = await newPerson(world)
  const before = await login(world, key)
  await auth.stop()
  // As a rotation leaves the files before NATS has read its configuration.
  const { issuer, xkey } = world.nats.callout
  const file = (name: string, next: string, old: string): string => {
    const path = join(world.nats.dir, name)
    writeFileSync(path, `${next}\n# old\n${old}\n`)
    return path
  }
  auth = await world.startAuth({
    KEZ_AUTH_ISSUER_SEED_FILE: file('issuer.nk', createIssuerNkey().seed, issuer.seed),
    KEZ_AUTH_XKEY_SEED_FILE: file('xkey.nk', createCalloutXkey().seed, xkey.seed),
  })
  const after = await login(world, key)
  await revoke(key)
  // One was let in under the name that the old key gives it, one under that of the new.
  await Promise.all([closes(before), closes(after)])
  await auth.stop()
  auth = await world.startAuth()
})

test('registrations set no search for connections off', async () => {
  const before = await metric(auth, 'kez_auth_sweeps_total')
  for (let i = 0; i < 10; i++) await newPerson(world)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await metric(auth, 'kez_auth_sweeps_total')).toBeLessThanOrEqual(before + 3)
})

test('a login ends with its JWT at the latest', async () => {
  await auth.stop()
  auth = await world.startAuth({ KEZ_AUTH_JWT_SECONDS: '10' })
  const nc = await login(world, await newPerson(world))
  await closes(nc, 20_000)
  await auth.stop()
  auth = await world.startAuth()
})
