import { afterAll, describe, expect, test } from 'vitest'
import { makePlan } from './make-plan.ts'
import { plants } from './plants/plants.ts'
import { report } from './report.ts'
import { makeCryptoSerial } from './serial-crypto.ts'
import { runWorld } from './world.ts'

const crypto = makeCryptoSerial()
afterAll(crypto.restore)

const small = { hours: 6, mostPeople: 3, mostMessages: 3 }
const again = (seed: number): string =>
  `npm run simulate -- --seed ${seed} --conversations 1 --people ${small.mostPeople}`

test.each([1, 2, 3, 4])('world %i keeps every promise', async (seed) => {
  const outcome = await runWorld(makePlan(seed, small), crypto)
  expect(outcome.broken && report(outcome, again(seed))).toBeUndefined()
})

test('the same seed gives the same world', async () => {
  const run = async () => {
    const { truth } = await runWorld(makePlan(2, small), crypto)
    return [...truth.general, ...[...truth.fates.values()].flatMap(({ history }) => history)]
  }
  const first = await run()
  expect(first.length).toBeGreaterThan(50)
  expect(await run()).toEqual(first)
})

const MOST_WORLDS = 20

describe('each planted bug is noticed', () => {
  test.each([...plants])('%s', async (_name, plant) => {
    const from = plant.caughtBy ?? 1
    for (let seed = from; seed < from + MOST_WORLDS; seed++) {
      const plan = makePlan(seed, { ...small, ...(plant.ways ? { ways: plant.ways } : {}) })
      if ((await runWorld(plan, crypto, plant)).broken) return
    }
    expect.unreachable(`${plant.says}: not noticed in ${MOST_WORLDS} worlds`)
  })
})
