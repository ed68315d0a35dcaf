import type { Timing } from '../timing.ts'

/** Something to do at a time. Jobs of one lane run one after the other. */
export interface Job {
  readonly key: string
  readonly lane: string
  /** Since when it is due, unix milliseconds: of a lane, the one due longest goes first. */
  readonly at: number
  /** Gives way to what else is due in its lane. */
  readonly late?: boolean
  /** Its lane is closed until then. */
  readonly notBefore?: number
}

export interface RunnerOptions {
  readonly timing: Timing
  /** Most jobs at once. */
  readonly most: number
  /** All that is to be done, in any order. */
  readonly jobs: () => Iterable<Job>
  readonly run: (key: string) => Promise<void>
  /** A job that throws is a fault of this program or its storage; it waits this long before it runs again. */
  readonly onError: (error: unknown) => void
}

const FAULT_PAUSE_MS = 5_000

/** Does what is due, a few at a time, and sleeps until the next is. */
export const createRunner = ({ timing, most, jobs, run, onError }: RunnerOptions) => {
  const lanes = new Map<string, Promise<void>>()
  const faulty = new Map<string, number>()
  let cancel = (): void => undefined
  let running = false

  const begin = (job: Job): void => {
    const work = run(job.key)
      .catch((error: unknown) => {
        faulty.set(job.key, timing.now() + FAULT_PAUSE_MS)
        onError(error)
      })
      .finally(() => {
        lanes.delete(job.lane)
        kick()
      })
    lanes.set(job.lane, work)
  }

  const kick = (): void => {
    cancel()
    if (!running) return
    const now = timing.now()
    let next = Number.POSITIVE_INFINITY
    const inOrder = [...jobs()].toSorted((a, b) => Number(a.late ?? false) - Number(b.late ?? false) || a.at - b.at)
    for (const job of inOrder) {
      if (lanes.size >= most) return
      if (lanes.has(job.lane)) continue
      const at = Math.max(job.at, job.notBefore ?? 0, faulty.get(job.key) ?? 0)
      if (at > now) next = Math.min(next, at)
      else {
        faulty.delete(job.key)
        begin(job)
      }
    }
    if (next < Number.POSITIVE_INFINITY) cancel = timing.after(next - now, kick)
  }

  return {
    start: (): void => {
      running = true
      kick()
    },
    /** Looks again: something changed. */
    kick,
    /** Resolves when what runs is over. */
    stop: async (): Promise<void> => {
      running = false
      cancel()
      await Promise.all(lanes.values())
    },
  }
}

export type Runner = ReturnType<typeof createRunner>
