import { ApiError, type Client } from '@kez-chat/client'
import { MAX_MESSAGE_AGE_MS, MAX_MESSAGE_LEAD_MS } from '@kez-chat/messaging'
import type { Delivery } from '../storage/delivery.ts'
import { listPending, type Pending, settle } from '../storage/outgoing.ts'
import type { Store } from '../storage/store.ts'

export type DeliverOptions = {
  readonly store: Store
  /** Posts to the home server of `handle@server`. */
  readonly post: (to: string, envelope: Pending['envelope']) => ReturnType<Client['postMessage']>
  readonly onSettled: (pending: Pending) => void
  /** Unix ms, by the clock that decides what is fresh; it may have to be asked first. */
  readonly now: () => Promise<number>
  /** The outbox itself cannot be read or written. */
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

export type Deliverer = {
  /** Something new is in the outbox. */
  kick(): void
  /** The network may be back: pauses end now. */
  hurry(): void
}

// Posted later than this, it could be too old when it is opened.
const expiresAfter = MAX_MESSAGE_AGE_MS - 60 * 60_000
// Dated further ahead than this, it could be refused when it is opened.
const mostAhead = MAX_MESSAGE_LEAD_MS - 60_000
const shortestPause = 500
const longestPause = 60_000

const transient = new Set(['unavailable', 'internal', 'rate_limited', 'conflict'])

type Outcome = Delivery | { readonly state: 'later'; readonly wait: number }

/**
 * Empties the outbox: one message at a time for each conversation, so that they arrive in order, and conversations
 * beside each other. The server recognises an envelope it has already accepted, so an attempt may be repeated freely.
 */
export const createDeliverer = ({ store, post, onSettled, now, onError, signal }: DeliverOptions): Deliverer => {
  const draining = new Set<string>()
  const asked = new Set<string>()
  let pauses = new AbortController()

  const attempt = async (pending: Pending): Promise<Outcome> => {
    const age = (await now()) - pending.sent_at
    if (age > expiresAfter) return { state: 'failed', at: Date.now(), code: 'expired' }
    if (age < -mostAhead) return { state: 'failed', at: Date.now(), code: 'misdated' }
    try {
      const accepted = await post(pending.to, pending.envelope)
      return { state: 'sent', at: Date.parse(accepted.accepted_at), via: 'home' }
    } catch (error) {
      if (error instanceof ApiError && !transient.has(error.code))
        return { state: 'failed', at: Date.now(), code: error.code }
      return { state: 'later', wait: error instanceof ApiError ? (error.retryAfter ?? 0) * 1_000 : 0 }
    }
  }

  const deliverNext = async (conversation: string, failures: number): Promise<number | undefined> => {
    asked.delete(conversation)
    const next = (await listPending(store)).find((pending) => pending.conversation === conversation)
    if (!next) return asked.has(conversation) ? 0 : undefined
    const outcome = await attempt(next)
    if (signal.aborted) return undefined
    if (outcome.state !== 'later') {
      await settle(store, next.n, outcome)
      onSettled(next)
      return 0
    }
    const jitter = Math.random() * Math.min(longestPause, shortestPause * 2 ** Math.min(failures, 10))
    await pause(outcome.wait + jitter, AbortSignal.any([signal, pauses.signal]))
    return failures + 1
  }

  const drain = async (conversation: string): Promise<void> => {
    draining.add(conversation)
    try {
      let failures: number | undefined = 0
      while (failures !== undefined && !signal.aborted) failures = await deliverNext(conversation, failures)
    } catch (error) {
      onError(error)
    } finally {
      draining.delete(conversation)
    }
  }

  const kick = async (): Promise<void> => {
    for (const { conversation } of await listPending(store)) {
      asked.add(conversation)
      if (!draining.has(conversation)) void drain(conversation)
    }
  }

  return {
    kick: () => void kick().catch(onError),
    hurry: () => {
      pauses.abort()
      pauses = new AbortController()
    },
  }
}

/** Waits `ms` or until the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true })
  })
