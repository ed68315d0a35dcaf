import type { Timing } from '../src/index.ts'
import type { Chance } from './chance.ts'
import type { Write } from './disk.ts'
import type { WorldClock } from './world-clock.ts'

/** One life of a program: from its start to its end, which may be in the middle of anything. */
export interface Process {
  readonly isAlive: () => boolean
  readonly timing: Timing
  readonly write: Write
  /** Dies at the `write`-th write from now on, with it (`kept`) or before it. */
  readonly crashAt: (write: number, kept: boolean) => void
  /** It will not die of a write any more. */
  readonly disarm: () => void
  /** Nothing of it runs any more, and nothing it wrote later was ever written. */
  readonly kill: () => void
  readonly onDeath: (run: () => void) => void
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

const SLOWEST_WRITE_MS = 30

export const createProcess = (clock: WorldClock, chance: Chance, aheadMs: () => number): Process => {
  const deaths: (() => void)[] = []
  let alive = true
  let crash: { left: number; readonly kept: boolean } | undefined

  const after = (ms: number, run: () => void): (() => void) =>
    clock.after(ms, () => {
      if (alive) run()
    })

  const kill = (): void => {
    if (!alive) return
    alive = false
    for (const run of deaths) run()
  }

  const write: Write = async (change) => {
    if (!alive) return never()
    const dies = crash !== undefined && --crash.left <= 0
    if (dies && !crash?.kept) kill()
    if (!alive) return never()
    const answer = change()
    if (dies) kill()
    else if (chance.happens(0.3)) {
      await new Promise<void>((resolve) => void after(chance.between(0, SLOWEST_WRITE_MS), resolve))
    }
    return alive ? answer : never()
  }

  return {
    isAlive: () => alive,
    timing: { now: () => clock.now() + aheadMs(), after, random: chance.random },
    write,
    crashAt: (left, kept) => {
      crash = { left, kept }
    },
    disarm: () => {
      crash = undefined
    },
    kill,
    onDeath: (run) => void deaths.push(run),
  }
}
