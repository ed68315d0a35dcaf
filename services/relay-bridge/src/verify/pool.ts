import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { type Job, startVerifyThread, type VerifyThread } from './verify-thread.ts'

/** No verdict: the threads that had the event ended, or the pool was stopped. Nothing is known of the event. */
export class VerifierFailed extends Error {
  override readonly name = 'VerifierFailed'
}

/** More events wait for a verdict than the pool holds; `room` tells when asking again makes sense. */
export class VerifierFull extends Error {
  override readonly name = 'VerifierFull'
}

export type VerifyPoolOptions = {
  readonly threads: number
  /** Most events, and most characters of JSON, that wait or are being verified. */
  readonly maxEvents?: number
  readonly maxCharacters?: number
  /** Most events that cross to a thread at once. */
  readonly maxBatch?: number
  /** ms; a thread that needs longer for a batch is replaced. */
  readonly answerWithin?: number
  /** What the threads run. */
  readonly module?: URL
  /** A thread ended by itself and is being replaced. */
  readonly onThreadLost?: (reason: string) => void
}

export type VerifyPool = {
  /**
   * Whether id and signature of an event are right (NIP-01).
   * @throws {VerifierFull} as an answer, before anything is done
   * @throws {VerifierFailed} as an answer
   */
  verify(event: NostrEvent): Promise<boolean>
  readonly full: boolean
  /** Resolves when the pool is not full, or is stopped. */
  room(): Promise<void>
  /** Events that wait or are being verified. */
  readonly waiting: number
  /** CPU seconds that all threads, ended ones too, have used. */
  readonly cpuSeconds: number
  stop(): Promise<void>
}

const ownModule = new URL('./worker.ts', import.meta.url)
const batchesPerThread = 2
const maxAttempts = 3
const longestPause = 5_000

/** Verifies nostr events in worker threads, many at a time, so that a relay's flood does not stop the service's own work. */
export const createVerifyPool = (options: VerifyPoolOptions): VerifyPool => {
  const {
    maxEvents = 4_096,
    maxCharacters = 32 << 20,
    maxBatch = 64,
    answerWithin = 30_000,
    onThreadLost,
    module = ownModule,
  } = options
  const queue: Job[] = []
  const threads = new Set<VerifyThread>()
  const restarts = new Set<NodeJS.Timeout>()
  let waitingForRoom: (() => void)[] = []
  let events = 0
  let characters = 0
  let pastCpuSeconds = 0
  let lost = 0
  let flushing = false
  let stopped = false

  const isFull = (): boolean => events >= maxEvents || characters >= maxCharacters

  const leave = (text: string): void => {
    events -= 1
    characters -= text.length
    if (waitingForRoom.length === 0 || (isFull() && !stopped)) return
    const awaited = waitingForRoom
    waitingForRoom = []
    for (const go of awaited) go()
  }

  const nextBatch = (): Job[] => {
    // What was there when a thread ended goes alone, so that it cannot take others with it again.
    const suspects = queue.findIndex(({ attempts }) => attempts > 0)
    if (suspects === 0) return queue.splice(0, 1)
    return queue.splice(0, suspects < 0 ? maxBatch : Math.min(maxBatch, suspects))
  }

  const flush = (): void => {
    flushing = false
    for (let round = 0; round < batchesPerThread; round++)
      for (const thread of threads) if (queue.length > 0 && thread.batches <= round) thread.send(nextBatch())
  }

  const soon = (): void => {
    if (flushing || stopped) return
    flushing = true
    setImmediate(flush)
  }

  const start = (): void => {
    const thread: VerifyThread = startVerifyThread({
      answerWithin,
      module,
      onDone: () => {
        lost = 0
        soon()
      },
      onGone: (unfinished, reason) => {
        threads.delete(thread)
        pastCpuSeconds += thread.cpuSeconds
        for (const job of unfinished) {
          job.attempts += 1
          if (stopped || job.attempts >= maxAttempts) job.fail(new VerifierFailed('the event could not be verified'))
          else queue.unshift(job)
        }
        if (stopped) return
        onThreadLost?.(reason)
        const pause = Math.min(longestPause, 50 * 2 ** Math.min(lost++, 10)) * (0.5 + Math.random() / 2)
        const timer = setTimeout(() => {
          restarts.delete(timer)
          start()
          soon()
        }, pause)
        restarts.add(timer)
      },
    })
    threads.add(thread)
  }
  for (let i = 0; i < options.threads; i++) start()

  return {
    verify: (event) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(new VerifierFailed('the verifier is stopped'))
        if (isFull()) return reject(new VerifierFull('too many events wait to be verified'))
        const text = JSON.stringify(event)
        events += 1
        characters += text.length
        queue.push({
          text,
          attempts: 0,
          decide: (valid) => {
            leave(text)
            resolve(valid)
          },
          fail: (error) => {
            leave(text)
            reject(error)
          },
        })
        soon()
      }),
    get full() {
      return isFull()
    },
    room: () => (isFull() && !stopped ? new Promise((resolve) => waitingForRoom.push(resolve)) : Promise.resolve()),
    get waiting() {
      return events
    },
    get cpuSeconds() {
      let sum = pastCpuSeconds
      for (const thread of threads) sum += thread.cpuSeconds
      return sum
    },
    stop: async () => {
      stopped = true
      for (const timer of restarts) clearTimeout(timer)
      await Promise.all([...threads].map((thread) => thread.stop()))
      for (const job of queue.splice(0)) job.fail(new VerifierFailed('the verifier is stopped'))
    },
  }
}
