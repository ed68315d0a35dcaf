/** Time and chance as this library uses them: a simulator brings its own. */
export interface Timing {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Runs `run` once after `ms`; the answer cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
  /** In [0, 1). For jitter only, never for keys. */
  readonly random: () => number
}

/** The real clock, real timers, real chance. */
export const systemTiming: Timing = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/** Between half and all of `base` doubled per attempt, at most `most`; milliseconds, attempts from 0. */
export const jittered = (timing: Timing, attempt: number, base: number, most: number): number => {
  const whole = Math.min(most, base * 2 ** Math.min(attempt, 20))
  return whole / 2 + timing.random() * (whole / 2)
}

/** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
export const pause = (timing: Timing, ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = (): void => {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const cancel = timing.after(ms, done)
    signal?.addEventListener('abort', done, { once: true })
  })
