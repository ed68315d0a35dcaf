import { Worker } from 'node:worker_threads'
import type { VerifyAnswer, VerifyJob } from './worker-protocol.ts'

/** One event that waits for its verdict. */
export type Job = {
  /** The event as JSON. */
  readonly text: string
  /** How many threads ended while they had it. */
  attempts: number
  readonly decide: (valid: boolean) => void
  readonly fail: (error: Error) => void
}

export type VerifyThread = {
  readonly batches: number
  readonly cpuSeconds: number
  send(jobs: readonly Job[]): void
  stop(): Promise<void>
}

export type VerifyThreadOptions = {
  /** A batch was answered. */
  onDone(): void
  /** The thread is gone; these jobs have no verdict. */
  onGone(unfinished: readonly Job[], reason: string): void
  /** ms within which a batch is answered; a thread that takes longer is ended. */
  answerWithin: number
  /** What the thread runs; answers to {@link VerifyJob}. */
  module: URL
}

const heapMegabytes = 128

/** A worker thread with nostr-wasm in it. */
export const startVerifyThread = ({ onDone, onGone, answerWithin, module }: VerifyThreadOptions): VerifyThread => {
  const worker = new Worker(module, {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  })
  const running = new Map<number, { jobs: readonly Job[]; timer: NodeJS.Timeout }>()
  let next = 0
  let cpuMicros = 0
  let gone = false
  let reason = 'it ended'

  const leave = (): void => {
    if (gone) return
    gone = true
    for (const { timer } of running.values()) clearTimeout(timer)
    onGone(
      [...running.values()].flatMap(({ jobs }) => jobs),
      reason,
    )
  }

  worker.on('message', (answer: VerifyAnswer) => {
    const entry = running.get(answer.batch)
    if (!entry || gone) return
    running.delete(answer.batch)
    clearTimeout(entry.timer)
    cpuMicros = answer.cpuMicros
    for (const [i, job] of entry.jobs.entries()) job.decide(answer.verdicts[i] === 1)
    onDone()
  })
  worker.on('error', (error) => {
    reason = error instanceof Error ? error.message : String(error)
  })
  worker.on('exit', leave)

  return {
    get batches() {
      return running.size
    },
    get cpuSeconds() {
      return cpuMicros / 1_000_000
    },
    send: (jobs) => {
      const batch = next++
      const timer = setTimeout(() => {
        reason = `it did not answer within ${answerWithin} ms`
        void worker.terminate()
      }, answerWithin)
      running.set(batch, { jobs, timer })
      const message: VerifyJob = { batch, events: `[${jobs.map(({ text }) => text).join(',')}]` }
      worker.postMessage(message)
    },
    stop: async () => {
      await worker.terminate()
      leave()
    },
  }
}
