import type { Timing } from '../timing.ts'

/** How long something waits for its time: more than two time zones can be apart. */
const MOST_WAIT_MS = 27 * 3_600_000
const LOOK_MS = 60_000

interface Early {
  /** Whether it is dealt with; false while it still comes too early. */
  readonly again: () => Promise<boolean>
  readonly dealtWith: Promise<void>
  readonly settle: () => void
}

export interface EarlyOptions {
  readonly timing: Timing
  /** Most that wait; what comes beyond is refused. */
  readonly most: number
  readonly onError: (error: unknown) => void
}

/**
 * What is dated ahead of this device's clock. One of two clocks is off, perhaps this one, so it is tried again every
 * minute until it can be taken, or has waited too long.
 */
export const createEarly = ({ timing, most, onError }: EarlyOptions) => {
  const waiting = new Map<string, Early>()
  let cancel = (): void => undefined
  let stopped = false

  const look = async (): Promise<void> => {
    for (const [key, early] of [...waiting]) {
      try {
        if (stopped || !(await early.again())) continue
        waiting.delete(key)
        early.settle()
      } catch (error) {
        onError(error)
      }
    }
    schedule()
  }

  const schedule = (): void => {
    cancel()
    if (waiting.size > 0 && !stopped) cancel = timing.after(LOOK_MS, () => void look())
  }

  return {
    /**
     * @param again tries it once more; told `last` when it will not be tried again. True when it is dealt with
     * @returns what settles when it is dealt with; undefined when too much waits already
     */
    hold: (key: string, again: (last: boolean) => Promise<boolean>): Promise<void> | undefined => {
      const known = waiting.get(key)
      if (known || waiting.size >= most || stopped) return known?.dealtWith
      const until = timing.now() + MOST_WAIT_MS
      const { promise: dealtWith, resolve: settle } = Promise.withResolvers<void>()
      waiting.set(key, { again: () => again(timing.now() >= until), dealtWith, settle })
      if (waiting.size === 1) schedule()
      return dealtWith
    },
    stop: (): void => {
      stopped = true
      cancel()
    },
  }
}

export type EarlyArrivals = ReturnType<typeof createEarly>
