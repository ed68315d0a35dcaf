import { type OwnPostgres, ownPostgres } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { noteClaims, sentWithoutClaim } from './claims.ts'
import { type Rig, startRig } from './rig.ts'

let postgres: OwnPostgres
let rig: Rig
beforeAll(async () => {
  postgres = await ownPostgres()
  await postgres.start()
  rig = await startRig({ databaseUrl: postgres.url })
  const soon = { pause: () => 500 }
  // Two replicas, which share everything there is to do.
  await rig.startPush({ deliveries: soon })
  await rig.startPush({ deliveries: soon })
  await noteClaims(rig)
})
afterAll(async () => {
  await rig?.stop()
  await postgres?.stop()
})

type People = Awaited<ReturnType<Rig['subscribeMany']>>
const woken = (people: People): number[] => people.map(({ endpoint }) => rig.service.pushesTo(endpoint).length)
const once = (people: People): number[] => people.map(() => 1)

it('two replicas wake each of 300 people exactly once, whoever of them sees the message', async () => {
  const people = await rig.subscribeMany(300)
  for (let round = 0; round < 3; round++) await Promise.all(people.map(({ inbox }) => rig.arrives(inbox)))
  await expect.poll(() => woken(people), { timeout: 30_000 }).toEqual(once(people))
  await expect.poll(rig.unseen).toBe(0)
  expect(woken(people)).toEqual(once(people))
})

it('while Postgres is killed and comes back every message has its wake, and no attempt is made twice', async () => {
  const people = await rig.subscribeMany(300)
  const half = people.slice(0, 150)
  const arriving = Promise.all(half.map(({ inbox }) => rig.arrives(inbox)))
  await postgres.kill()
  await arriving
  await Promise.all(people.slice(150).map(({ inbox }) => rig.arrives(inbox)))
  await postgres.restart()
  await expect.poll(() => Math.min(...woken(people)), { timeout: 60_000 }).toBe(1)
  // A push whose outcome could not be kept in time may be sent again, as an attempt of its own.
  await expect.poll(() => rig.sql('select 1 from deliveries'), { timeout: 60_000 }).toEqual([])
  expect(await sentWithoutClaim(rig)).toEqual([])
  expect(rig.service.mostAtOnce()).toBe(1)
})

it('a killed NATS is waited for', async () => {
  const [person] = await rig.subscribeMany(1)
  if (!person) throw new TypeError('nobody is there')
  await rig.nats.kill('SIGKILL')
  await rig.nats.restart()
  await expect
    .poll(() =>
      rig.arrives(person.inbox).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
  await expect.poll(() => woken([person]), { timeout: 30_000 }).toEqual([1])
})
