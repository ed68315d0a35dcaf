import { setTimeout as sleep } from 'node:timers/promises'

/** Waits that grow from `first` to `most` ms, each with jitter; `reset` after a success. */
export type Backoff = { wait(signal: AbortSignal): Promise<void>; reset(): void }

export const createBackoff = (first = 200, most = 10_000): Backoff => {
  let attempt = 0
  return {
    wait: async (signal) => {
      const whole = Math.min(most, first * 2 ** Math.min(attempt, 16))
      attempt += 1
      await pause(whole * (0.5 + Math.random() / 2), signal)
    },
    reset: () => {
      attempt = 0
    },
  }
}

/** Waits, or returns early when `signal` aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)
