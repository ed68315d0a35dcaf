import { inSpan } from '@kez-chat/runtime'
import { VerifierFailed, type VerifyPool } from '../verify/pool.ts'
import type { SeenIds } from '../verify/seen-ids.ts'
import type { Deliver, Delivered, Delivery } from './deliver.ts'

/** `forged`: its id or its signature is not right. `known`: it was taken in before, by whatever relay. */
export type Taken = Delivered | 'known' | 'forged'

export type IntakeOptions = {
  readonly pool: VerifyPool
  readonly deliver: Deliver
  /** What is in an inbox, or can never be. */
  readonly seen: SeenIds
  /** ms. A mailbox may have room later; till then ten relays with the same event cost one verification. */
  readonly refusalsKeptFor: number
  readonly now?: () => number
}

const maxRefusals = 20_000

/** ms for which nothing more is verified for a mailbox that has just refused an event. */
const closedFor = 2_000
const maxClosed = 10_000

/** Takes events that passed every cheap check into inboxes. Never verifies an id twice once it has proved true. */
export type Intake = (delivery: Delivery) => Promise<Taken>

export const createIntake = ({ pool, deliver, seen, refusalsKeptFor, now = Date.now }: IntakeOptions): Intake => {
  let refused = { whys: new Map<string, Delivered>(), since: now() }
  const underWay = new Map<string, Promise<Taken>>()
  const closed = new Map<string, { until: number; why: Delivered }>()

  const close = (inbox: string, why: Delivered): void => {
    if (closed.size >= maxClosed) closed.clear()
    closed.set(inbox, { until: now() + closedFor, why })
  }

  const whyClosed = (inbox: string): Delivered | undefined => {
    const found = closed.get(inbox)
    if (!found || now() < found.until) return found?.why
    closed.delete(inbox)
    return undefined
  }

  const take = async (delivery: Delivery): Promise<Taken> => {
    const { event } = delivery
    try {
      while (pool.full) await pool.room()
      if (!(await inSpan({ name: 'verify' }, () => pool.verify(event)))) return 'forged'
    } catch (error) {
      if (error instanceof VerifierFailed) return 'unavailable'
      throw error
    }
    const outcome = await deliver(delivery)
    if (outcome === 'full' || outcome === 'over_budget') {
      refused.whys.set(event.id, outcome)
      close(delivery.inbox, outcome)
    } else if (outcome !== 'unavailable') seen.add(event.id)
    return outcome
  }

  const whyRefused = (id: string): Delivered | undefined => {
    if (now() - refused.since > refusalsKeptFor || refused.whys.size >= maxRefusals)
      refused = { whys: new Map(), since: now() }
    return refused.whys.get(id)
  }

  return async (delivery) => {
    const { id } = delivery.event
    for (;;) {
      if (seen.has(id)) return 'known'
      const why = whyRefused(id)
      if (why !== undefined) return why
      const other = underWay.get(id)
      if (!other) break
      // The other one may be a forgery under the id of this one: only its success settles this one.
      const outcome = await other.catch(() => 'unavailable' as const)
      if (outcome === 'unavailable') return 'unavailable'
    }
    const refusal = whyClosed(delivery.inbox)
    if (refusal !== undefined) return refusal
    const taking = take(delivery).finally(() => underWay.delete(id))
    underWay.set(id, taking)
    return taking
  }
}
