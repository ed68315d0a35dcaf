import { VerifierFailed, type VerifyPool } from '../verify/pool.ts'
import { createSeenIds, type SeenIds } from '../verify/seen-ids.ts'
import type { Deliver, Delivered, Delivery } from './deliver.ts'

/** `forged`: its id or its signature is not right. `known`: it was taken in before, by whatever relay. */
export type Taken = Delivered | 'known' | 'forged'

export type IntakeOptions = {
  readonly pool: VerifyPool
  readonly deliver: Deliver
  /** What is in an inbox, or can never be. */
  readonly seen: SeenIds
  readonly now?: () => number
}

/** A mailbox that was full may have room later; till then ten relays with the same event cost one verification. */
const refusalsKeptFor = 600_000
const maxRefusals = 20_000

/** Takes events that passed every cheap check into inboxes. Never verifies an id twice once it has proved true. */
export type Intake = (delivery: Delivery) => Promise<Taken>

export const createIntake = ({ pool, deliver, seen, now = Date.now }: IntakeOptions): Intake => {
  let refused = { ids: createSeenIds(maxRefusals), since: now() }
  const underWay = new Map<string, Promise<Taken>>()

  const take = async (delivery: Delivery): Promise<Taken> => {
    const { event } = delivery
    try {
      while (pool.full) await pool.room()
      if (!(await pool.verify(event))) return 'forged'
    } catch (error) {
      if (error instanceof VerifierFailed) return 'unavailable'
      throw error
    }
    const outcome = await deliver(delivery)
    if (outcome === 'full' || outcome === 'over_budget') refused.ids.add(event.id)
    else if (outcome !== 'unavailable') seen.add(event.id)
    return outcome
  }

  const isKnown = (id: string): boolean => {
    if (now() - refused.since > refusalsKeptFor) refused = { ids: createSeenIds(maxRefusals), since: now() }
    return seen.has(id) || refused.ids.has(id)
  }

  return async (delivery) => {
    const { id } = delivery.event
    for (;;) {
      if (isKnown(id)) return 'known'
      const other = underWay.get(id)
      if (!other) break
      // The other one may be a forgery under the id of this one: only its success settles this one.
      const outcome = await other.catch(() => 'unavailable' as const)
      if (outcome === 'unavailable') return 'unavailable'
    }
    const taking = take(delivery).finally(() => underWay.delete(id))
    underWay.set(id, taking)
    return taking
  }
}
