import type { Timing } from '../src/timing.ts'

/** A clock that stands still until it is told to go on. */
export type VirtualTiming = Timing & {
  /** Goes on by `ms`, running what falls due in its order. */
  readonly pass: (ms: number) => void
  /** How many timers wait. */
  readonly waiting: () => number
}

export const createVirtualTiming = (start = 1_700_000_000_000, random: () => number = () => 0.5): VirtualTiming => {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  let now = start
  return {
    now: () => now,
    random,
    after: (ms, run) => {
      const timer = { at: now + Math.max(0, ms), run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    pass: (ms) => {
      const end = now + ms
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (!next) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = end
    },
    waiting: () => timers.size,
  }
}
