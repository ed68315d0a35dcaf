import { type Backoff, createBackoff } from '@kez-chat/eventlog'
import type { Growth } from './growth.ts'
import type { SessionEnd } from './session.ts'

/** Before the next connection. */
export type Pauses = Record<Exclude<SessionEnd['why'], 'stopped'>, Growth>

const second = 1_000
const minute = 60 * second

export const relayPauses: Pauses = {
  lost: { first: second, most: 2 * minute, factor: 2 },
  refused: { first: 30 * second, most: 60 * minute, factor: 2 },
  too_much: { first: second, most: 10 * minute, factor: 2 },
  rate_limited: { first: 10 * second, most: 30 * minute, factor: 2 },
  penalised: { first: minute, most: 360 * minute, factor: 4 },
  unavailable: { first: second, most: 30 * second, factor: 2 },
}

/** Before a relay is read again for what mailboxes have refused: over their budget or full, which both may pass. */
export const rereadPauses: Growth = { first: 20 * minute, most: 120 * minute, factor: 2 }

/** A connection that held for so long, ms, makes up for what ended those before it. */
const goodAfter = 10 * minute

/** How long to stay away from a relay, by why its connections ended. */
export const createPauses = (pauses: Pauses) => {
  const growing = new Map<SessionEnd['why'], Backoff>()
  return (why: keyof Pauses, heldFor: number): number => {
    if (heldFor >= goodAfter) growing.clear()
    const { first, most, factor } = pauses[why]
    const known = growing.get(why) ?? createBackoff(first, most, factor)
    growing.set(why, known)
    return known.next()
  }
}
