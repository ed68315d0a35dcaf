import { setTimeout as sleep } from 'node:timers/promises'
import { endpointFingerprint } from '@kez-chat/contracts'
import { type OwnPostgres, ownPostgres, type PushFault, type ServiceProcess } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { noteClaims, sentWithoutClaim } from './claims.ts'
import { type Rig, startRig } from './rig.ts'

const chaosLasts = 45_000
let postgres: OwnPostgres
let rig: Rig
let replicas: ServiceProcess[]

beforeAll(async () => {
  postgres = await ownPostgres()
  await postgres.start()
  rig = await startRig({
    databaseUrl: postgres.url,
    pushService: { hosts: ['steady.test', 'flapping.test', 'stalled.test'] },
  })
  replicas = [await rig.pushProcess(), await rig.pushProcess()]
  await Promise.all(replicas.map((replica) => replica.start()))
  await noteClaims(rig)
})
afterAll(async () => {
  for (const replica of replicas ?? []) await replica.stop('SIGKILL')
  await rig?.stop()
  await postgres?.stop()
})

const kills = async (until: number): Promise<number> => {
  let count = 0
  for (; Date.now() < until; count++) {
    await sleep(3_000 + Math.random() * 3_000)
    const replica = replicas[count % replicas.length]
    await replica?.stop('SIGKILL')
    // Postgres may be away: then it does not start, and is started again.
    await replica?.start().catch(() => sleep(1_000).then(() => replica.start()))
  }
  return count
}

const flaps = async (until: number): Promise<void> => {
  const faults: (PushFault | undefined)[] = [
    { status: 500 },
    undefined,
    'reset',
    { status: 429, retryAfter: '2' },
    undefined,
    { status: 503 },
  ]
  for (let i = 0; Date.now() < until; i++) {
    rig.service.fault(faults[i % faults.length], 'flapping.test')
    await sleep(1_500)
  }
  rig.service.fault(undefined, 'flapping.test')
}

const postgresDies = async (): Promise<void> => {
  await sleep(chaosLasts / 2)
  await postgres.kill()
  await sleep(2_000)
  await postgres.restart()
}

it('killed replicas, a flapping push service, a stalled one and a Postgres that dies: every message has its wake, no attempt is made twice', async () => {
  const steady = await rig.subscribeMany(1_000, 'steady.test')
  const flapping = await rig.subscribeMany(300, 'flapping.test')
  const stalled = await rig.subscribeMany(50, 'stalled.test')
  const dead = await rig.subscribeMany(50, 'steady.test')
  for (const { endpoint } of dead) rig.service.drop(endpoint)
  rig.service.fault('stall', 'stalled.test')

  const until = Date.now() + chaosLasts
  const load = async (): Promise<void> => {
    const everybody = [...stalled, ...dead, ...steady, ...flapping].sort(() => Math.random() - 0.5)
    const pause = chaosLasts / everybody.length / 2
    for (const { inbox } of [...everybody, ...everybody]) {
      await rig.arrives(inbox)
      await sleep(pause)
    }
  }
  const [killed] = await Promise.all([kills(until), flaps(until), postgresDies(), load()])
  console.log(`${killed} kills, ${rig.service.pushes.length} pushes taken so far`)

  const missing = (people: typeof steady) =>
    people.filter(({ endpoint }) => rig.service.pushesTo(endpoint).length === 0).length
  await expect.poll(() => missing(steady)).toBe(0)
  await expect.poll(() => missing(flapping)).toBe(0)
  expect(missing(stalled)).toBe(stalled.length)

  const left = async () => {
    const rows: { fingerprint: string }[] = await rig.sql('select fingerprint from subscriptions')
    const known = new Set(rows.map(({ fingerprint }) => fingerprint))
    return dead.filter(({ endpoint }) => known.has(endpointFingerprint(endpoint))).length
  }
  await expect.poll(left).toBe(0)
  await expect.poll(rig.unseen).toBe(0)
  expect(await sentWithoutClaim(rig)).toEqual([])
  expect(rig.service.mostAtOnce()).toBe(1)
  // Somebody is woken twice only where a process died between a push and the note of it.
  const twice = [...steady, ...flapping].filter(({ endpoint }) => rig.service.pushesTo(endpoint).length > 1).length
  console.log(`${twice} of ${steady.length + flapping.length} devices got their wake a second time after a kill`)
  expect(twice).toBeLessThan((killed + 1) * 64)
})
