/** Full jitter: anywhere from 0 to `base` doubled per attempt, at most `most`; milliseconds, attempts from 0. */
export const backoff = (attempt: number, base: number, most: number): number =>
  Math.random() * Math.min(most, base * 2 ** Math.min(attempt, 16))

/** Waits `ms`, or until `signal` aborts; never rejects. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })
