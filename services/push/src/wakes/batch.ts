/** Hands items over in batches: what comes while one batch is under way goes together into the next. */
export type Batch<T> = { add(item: T): Promise<void> }

/**
 * `handle` gets at most `most` items at a time; whoever has added one of them waits for it and gets its failure. Nothing is
 * held beyond what callers wait for.
 */
export const createBatch = <T>(most: number, handle: (items: T[]) => Promise<void>): Batch<T> => {
  type Waiting = { item: T; resolve(): void; reject(error: unknown): void }
  let waiting: Waiting[] = []
  let running = false

  const run = async (): Promise<void> => {
    running = true
    // What is added in this turn of the event loop belongs together.
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        await handle(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    running = false
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        if (!running) void run()
      }),
  }
}
