import { makePlan } from './make-plan.ts'
import type { Plant } from './plant.ts'
import type { SerialCrypto } from './serial-crypto.ts'
import { runWorld } from './world.ts'

/** A world that a test can afford. */
export const small = { hours: 6, mostPeople: 3, mostMessages: 3 }

const MOST_WORLDS = 20

/** Whether one of so many small worlds shows a planted bug. */
export const isNoticed = async (plant: Plant, crypto: SerialCrypto): Promise<boolean> => {
  const from = plant.caughtBy ?? 1
  for (let seed = from; seed < from + MOST_WORLDS; seed++) {
    const plan = makePlan(seed, { ...small, ...(plant.ways ? { ways: plant.ways } : {}) })
    if ((await runWorld(plan, crypto, plant)).broken) return true
  }
  return false
}
