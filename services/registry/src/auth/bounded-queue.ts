/** Work that waits its turn, in order and at most so much of it. */
export type BoundedQueue<T> = {
  /** False when the queue is full: the item is not taken. */
  offer(item: T): boolean
  readonly depth: number
  /** Takes nothing more and resolves when what was taken is done. */
  stop(): Promise<void>
}

export type BoundedQueueOptions<T> = {
  readonly limit: number
  /** How many are worked on at once. */
  readonly concurrency: number
  /** Must not throw. */
  work(item: T): Promise<void>
}

/** How long work may go on before the process sees to its sockets, ms. */
const turn = 10

export const createBoundedQueue = <T>({ limit, concurrency, work }: BoundedQueueOptions<T>): BoundedQueue<T> => {
  const waiting: T[] = []
  const running = new Set<Promise<void>>()
  let head = 0
  let scheduled = false
  let stopping = false

  const take = (): T | undefined => {
    const item = waiting[head]
    head += 1
    if (head < waiting.length) return item
    waiting.length = 0
    head = 0
    return item
  }
  const depth = (): number => waiting.length - head

  const start = (): void => {
    scheduled = false
    for (const end = performance.now() + turn; depth() > 0 && running.size < concurrency; ) {
      if (performance.now() > end) {
        schedule()
        return
      }
      const item = take()
      if (item === undefined) return
      const job = work(item).finally(() => {
        running.delete(job)
        schedule()
      })
      running.add(job)
    }
  }

  const schedule = (): void => {
    if (scheduled || depth() === 0) return
    scheduled = true
    setImmediate(start)
  }

  return {
    offer: (item) => {
      if (stopping || depth() >= limit) return false
      waiting.push(item)
      schedule()
      return true
    },
    get depth() {
      return depth()
    },
    stop: async () => {
      stopping = true
      while (depth() > 0 || running.size > 0) {
        await Promise.race(running.size > 0 ? running : [new Promise((resolve) => setImmediate(resolve))])
      }
    },
  }
}
