import { setTimeout as sleep } from 'node:timers/promises'

/** Waits that grow `factor`-fold from `first` to `most` ms, each with jitter. */
export type Backoff = {
  /** How long to wait this time, ms. */
  next(): number
  wait(signal: AbortSignal): Promise<void>
  /** After a success. */
  reset(): void
}

export const createBackoff = (first = 200, most = 10_000, factor = 2): Backoff => {
  let attempt = 0
  const next = (): number => {
    const whole = Math.min(most, first * factor ** Math.min(attempt, 30))
    attempt += 1
    return whole * (0.5 + Math.random() / 2)
  }
  return {
    next,
    wait: (signal) => pause(next(), signal),
    reset: () => {
      attempt = 0
    },
  }
}

/** Waits, or returns early when `signal` aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)
