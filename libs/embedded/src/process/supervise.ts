import { setTimeout as sleep } from 'node:timers/promises'
import type { Child, ChildExit } from './child.ts'
import type { ProcessRef } from './identity.ts'
import { logTail, rotateLogFile } from './log-file.ts'

/** What a supervisor tells: each event in words for people, `log` being the child's last lines. */
export type SupervisionEvent =
  | { readonly kind: 'started'; readonly name: string; readonly ref: ProcessRef }
  | { readonly kind: 'died'; readonly name: string; readonly exit: ChildExit; readonly log: string }
  | { readonly kind: 'restart_failed'; readonly name: string; readonly reason: string }
  | { readonly kind: 'gave_up'; readonly name: string }

export type RestartPolicy = {
  /** How many restarts are tried within `windowMs` before giving up; 0 = never restart. */
  readonly limit: number
  readonly windowMs: number
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

export const noRestart: RestartPolicy = { limit: 0, windowMs: 1, firstDelayMs: 0, maxDelayMs: 0 }
export const boundedRestart: RestartPolicy = { limit: 8, windowMs: 600_000, firstDelayMs: 250, maxDelayMs: 15_000 }

export type SupervisorOptions = {
  readonly name: string
  readonly logFile: string
  /** Starts the child and resolves when it is ready for use. */
  readonly start: () => Promise<Child>
  readonly restart: RestartPolicy
  readonly report: (event: SupervisionEvent) => void
}

/** A server that is kept running. */
export type Supervised = {
  /** The child of this moment; after a restart it is another. */
  readonly child: () => Child
  /** Stops it and starts it again. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

const logCheckMs = 60_000

/** Starts a child and starts it again when it dies unasked, with growing, jittered pauses and a bound. */
export const supervise = async (options: SupervisorOptions): Promise<Supervised> => {
  const { name, logFile, restart: policy, report } = options
  const stopping = new AbortController()
  const restarts: number[] = []
  let expected: Child | undefined
  let recovery: Promise<void> = Promise.resolve()

  const started = (child: Child) => {
    report({ kind: 'started', name, ref: child.ref })
    void child.exited.then((exit) => {
      if (expected === child || stopping.signal.aborted) return
      report({ kind: 'died', name, exit, log: logTail(logFile) })
      recovery = recover()
    })
    return child
  }

  const recover = async () => {
    while (!stopping.signal.aborted) {
      const now = Date.now()
      while (restarts[0] !== undefined && restarts[0] < now - policy.windowMs) restarts.shift()
      if (restarts.length >= policy.limit) return report({ kind: 'gave_up', name })
      const delay = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** restarts.length)
      restarts.push(now)
      await sleep(delay * (0.5 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      try {
        current = started(await options.start())
        return
      } catch (error) {
        report({ kind: 'restart_failed', name, reason: error instanceof Error ? error.message : String(error) })
      }
    }
  }

  let current = started(await options.start())
  const logCheck = setInterval(() => rotateLogFile(logFile), logCheckMs)
  logCheck.unref()

  const end = async () => {
    expected = current
    await current.stop()
  }
  return {
    child: () => current,
    restart: async () => {
      await recovery
      await end()
      current = started(await options.start())
    },
    stop: async () => {
      stopping.abort()
      clearInterval(logCheck)
      await recovery
      await end()
    },
  }
}
