import type { Action, Plan } from './plan.ts'
import type { Plant } from './plant.ts'
import type { SerialCrypto } from './serial-crypto.ts'
import { type Outcome, runWorld } from './world.ts'

const MOST_RUNS = 40

/** Leaves out of a plan what the broken promise does not need, as far as a few dozen runs tell. */
export const shrink = async (outcome: Outcome, crypto: SerialCrypto, plant?: Plant): Promise<Outcome> => {
  let best = outcome
  let runs = 0

  const attempt = async (actions: readonly Action[]): Promise<boolean> => {
    runs += 1
    const plan: Plan = { ...best.plan, actions }
    const again = await runWorld(plan, crypto, plant)
    if (again.broken?.promise !== outcome.broken?.promise) return false
    best = again
    return true
  }

  // Halves, quarters, eighths …, each left out where the same promise is broken without it.
  for (let parts = 2; runs < MOST_RUNS && parts <= best.plan.actions.length; parts *= 2) {
    const size = Math.ceil(best.plan.actions.length / parts)
    for (let from = 0; from < best.plan.actions.length && runs < MOST_RUNS; ) {
      const { actions } = best.plan
      const left = await attempt([...actions.slice(0, from), ...actions.slice(from + size)])
      if (!left) from += size
    }
  }
  return best
}
