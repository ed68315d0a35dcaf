import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Handle,
  type Primary,
  type ProofCheck,
  ProofChecks,
  primaryHex,
  proofChecksKeptFor,
} from '@kez-chat/contracts'
import type { Bucket, JetStream } from '@kez-chat/eventlog'
import { type ProofResult, type ProofSettings, verifyProof } from '@kez-chat/proofs'
import type { Log } from '@kez-chat/runtime'
import type { Counter } from 'prom-client'
import { loadChain } from '../chains/load.ts'
import { loadHandle } from '../log/load.ts'

/** Looks for people's proofs in the background: a few people at once, each proof at most once a day. */
export type ProofChecker = {
  /**
   * Asks to look at whatever of a person's proofs has not been looked at lately; with `again` also at what has failed
   * just now, because its owner says that it is there. Forgotten when too many wait.
   */
  ask(handle: Handle, again?: boolean): void
  /** Ends what is under way and waits for it. */
  stop(): Promise<void>
}

export type CheckerOptions = {
  jetstream: JetStream
  /** The bucket `proof-checks`. */
  bucket: Bucket
  settings: ProofSettings
  /** By outcome: `verified`, or the reason of the failure. */
  checks: Counter<'outcome'>
  log: Log
}

const peopleAtOnce = 4
const maxWaiting = 1_000
/** The place may answer again soon, and says nothing about the proof by being away. */
const soonAgain: ReadonlySet<string> = new Set(['unreachable', 'rate_limited'])
const soonAgainAfter = 15 * 60_000
const failedAgainAfter = 3_600_000

const freshFor = ({ status, reason }: ProofCheck, again: boolean): number => {
  if (status === 'verified') return proofChecksKeptFor
  if (again) return 0
  return reason !== undefined && soonAgain.has(reason) ? soonAgainAfter : failedAgainAfter
}

const checkOf = (subject: string, result: ProofResult, now: number): ProofCheck => ({
  subject,
  status: result.status,
  ...(result.status === 'verified' ? { place: result.place.slice(0, 1_000) } : { reason: result.reason }),
  checked_at: new Date(now).toISOString(),
})

export const createProofChecker = ({ jetstream, bucket, settings, checks, log }: CheckerOptions): ProofChecker => {
  const waiting = new Map<Handle, boolean>()
  const running = new Map<Handle, Promise<void>>()
  const stopping = new AbortController()

  const known = async (primary: Primary): Promise<ProofCheck[]> => {
    const found = await bucket.get(primaryHex(primary))
    if (found?.operation !== 'PUT') return []
    const parsed = ProofChecks.safeParse(found.json())
    return parsed.success ? parsed.data.checks : []
  }

  const check = async (handle: Handle, again: boolean): Promise<void> => {
    const state = await loadHandle(jetstream, handle)
    if (state.kind === 'free' || state.ended || state.proofs.length === 0) return
    const { primary, proofs } = state
    const before = new Map((await known(primary)).map((one) => [one.subject, one]))
    const chain = await loadChain(jetstream, primary)
    const now: ProofCheck[] = []
    // One after the other: one person's proofs are never a burst of requests to somebody else's server.
    for (const subject of proofs) {
      const last = before.get(subject)
      if (last && Date.now() - Date.parse(last.checked_at) < freshFor(last, again)) {
        now.push(last)
        continue
      }
      const result = await verifyProof({ subject, primary, settings, signal: stopping.signal, ...(chain && { chain }) })
      if (stopping.signal.aborted) return
      checks.inc({ outcome: result.status === 'verified' ? 'verified' : result.reason })
      now.push(checkOf(subject, result, Date.now()))
    }
    await bucket.put(primaryHex(primary), JSON.stringify({ primary, checks: now } satisfies ProofChecks))
  }

  const work = async (handle: Handle, again: boolean): Promise<void> => {
    try {
      await check(handle, again)
    } catch (error) {
      log.warn({ err: error }, 'the proofs of a person could not be looked at')
      await sleep(1_000 * (1 + Math.random()), undefined, { signal: stopping.signal }).catch(() => undefined)
    } finally {
      running.delete(handle)
      next()
    }
  }

  const next = (): void => {
    if (stopping.signal.aborted) return
    for (const [handle, again] of waiting) {
      if (running.size >= peopleAtOnce) return
      if (running.has(handle)) continue
      waiting.delete(handle)
      running.set(handle, work(handle, again))
    }
  }

  return {
    ask: (handle, again = false) => {
      if (waiting.size >= maxWaiting) return
      waiting.set(handle, again || waiting.get(handle) === true)
      next()
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(running.values())
    },
  }
}
