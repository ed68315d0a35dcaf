import type { Clock } from './clock.ts'

/** A one-way line that keeps the order of what takes different times, except for what is to be overtaken. */
export const createDelayedPipe = (clock: Clock) => {
  const timers = new Set<() => void>()
  const queue: { readonly due: number; readonly run: () => void }[] = []
  let lastDue = 0

  const later = (ms: number, run: () => void): void => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      run()
    })
    timers.add(cancel)
  }

  // Timers of different lengths that end at the same moment fire in any order: the queue decides, not they.
  const runDue = (): void => {
    for (let head = queue[0]; head; head = queue[0]) {
      const wait = head.due - clock.now()
      if (wait > 0) {
        later(wait, runDue)
        return
      }
      head.run()
      queue.shift()
    }
  }

  return {
    /** Runs `run` in `ms`, after everything before it. */
    inOrder: (ms: number, run: () => void): void => {
      const isFirst = queue.length === 0
      lastDue = Math.max(lastDue, clock.now() + ms)
      if (isFirst && lastDue <= clock.now()) {
        run()
        return
      }
      queue.push({ due: lastDue, run })
      if (isFirst) runDue()
    },
    /** Runs `run` in `ms`, whatever else waits. */
    overtaken: later,
    stop: (): void => {
      for (const cancel of timers) cancel()
      timers.clear()
      queue.length = 0
    },
  }
}
