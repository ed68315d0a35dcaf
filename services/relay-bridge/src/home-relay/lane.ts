/** Runs tasks in the order they come, at most `width` at once. Whoever adds bounds how many wait. */
export const createLane = (width: number) => {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= width) await new Promise<void>((go) => waiting.push(go))
    else running += 1
    try {
      return await task()
    } finally {
      // The place passes to the next one without becoming free in between.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

export type Lane = ReturnType<typeof createLane>
