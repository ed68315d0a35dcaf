import { afterAll, describe, expect, test } from 'vitest'
import { makePlan } from './make-plan.ts'
import { isNoticed, small } from './noticed.ts'
import { plants } from './plants/plants.ts'
import { report } from './report.ts'
import { makeCryptoSerial } from './serial-crypto.ts'
import { runWorld } from './world.ts'

const crypto = makeCryptoSerial()
afterAll(crypto.restore)

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

/** Some; all of them are in `plants.chaos.ts`. */
const someOfAll = ['any-ok', 'guard-forgotten', 'unsigned-ack']

describe('a planted bug is noticed', () => {
  test.each([...plants].filter(([name]) => someOfAll.includes(name)))('%s', async (_name, plant) => {
    expect(await isNoticed(plant, crypto), plant.says).toBe(true)
  })

  test('and these are planted', () => {
    expect(someOfAll.filter((name) => !plants.has(name))).toEqual([])
  })
})
