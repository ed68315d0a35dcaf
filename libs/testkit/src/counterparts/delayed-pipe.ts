/** A one-way line that keeps the order of what takes different times, except for what is to be overtaken. */
export const createDelayedPipe = () => {
  const timers = new Set<NodeJS.Timeout>()
  const queue: { readonly due: number; readonly run: () => void }[] = []
  let lastDue = 0

  const later = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, ms)
    timers.add(timer)
  }

  // Timers of different lengths that end at the same moment fire in any order: the queue decides, not they.
  const runDue = (): void => {
    for (let head = queue[0]; head; head = queue[0]) {
      const wait = head.due - Date.now()
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
      lastDue = Math.max(lastDue, Date.now() + ms)
      if (isFirst && lastDue <= Date.now()) {
        run()
        return
      }
      queue.push({ due: lastDue, run })
      if (isFirst) runDue()
    },
    /** Runs `run` in `ms`, whatever else waits. */
    overtaken: later,
    stop: (): void => {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      queue.length = 0
    },
  }
}
