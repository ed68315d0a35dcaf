/** Time as the relay counterpart uses it; a simulator brings its own. */
export type Clock = {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Runs `run` once after `ms`; the answer cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
