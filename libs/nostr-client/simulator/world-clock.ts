import type { SerialCrypto } from './serial-crypto.ts'

/** The one clock of a world: it stands still while anything works, and jumps to the next timer when nothing does. */
export interface WorldClock {
  /** Unix milliseconds. */
  readonly now: () => number
  readonly after: (ms: number, run: () => void) => () => void
  /** Lets time pass until then, or until `stop` says so; what falls due runs in order, each to its end. */
  readonly run: (until: number, stop?: () => boolean) => Promise<void>
}

interface Timer {
  readonly at: number
  readonly order: number
  run: (() => void) | undefined
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** A binary heap of timers. */
const createTimers = () => {
  const heap: Timer[] = []
  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i], heap[j]]
    if (a && b) [heap[i], heap[j]] = [b, a]
  }
  const earlier = (i: number, j: number): boolean => {
    const [a, b] = [heap[i], heap[j]]
    return a !== undefined && b !== undefined && isBefore(a, b)
  }
  return {
    first: (): Timer | undefined => heap[0],
    push: (timer: Timer): void => {
      heap.push(timer)
      for (let i = heap.length - 1; i > 0 && earlier(i, (i - 1) >> 1); i = (i - 1) >> 1) swap(i, (i - 1) >> 1)
    },
    pop: (): void => {
      swap(0, heap.length - 1)
      heap.pop()
      for (let i = 0; ; ) {
        const child = earlier(2 * i + 2, 2 * i + 1) ? 2 * i + 2 : 2 * i + 1
        if (!earlier(child, i)) return
        swap(i, child)
        i = child
      }
    },
  }
}

const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const createWorldClock = (start: number, crypto: SerialCrypto): WorldClock => {
  const timers = createTimers()
  let now = start
  let order = 0

  /** Until every promise chain that can go on has gone on. */
  const settle = async (): Promise<void> => {
    await eventLoopTurn()
    while (crypto.busy()) {
      await crypto.idle()
      await eventLoopTurn()
    }
  }

  return {
    now: () => now,
    after: (ms, run) => {
      const timer: Timer = { at: now + Math.max(0, ms), order: order++, run }
      timers.push(timer)
      return () => {
        timer.run = undefined
      }
    },
    run: async (until, stop = () => false) => {
      await settle()
      for (let next = timers.first(); next && next.at <= until && !stop(); next = timers.first()) {
        timers.pop()
        if (!next.run) continue
        now = Math.max(now, next.at)
        next.run()
        await settle()
      }
      if (!stop()) now = Math.max(now, until)
    },
  }
}
