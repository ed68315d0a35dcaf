import type { Store } from '../storage/store.ts'
import { sweepExpired } from '../storage/sweep-expired.ts'

/** Longest wait: a computer that slept, or a clock that was put right, must not keep what has vanished. */
const longest = 60_000

export type ExpiryOptions = {
  readonly store: Store
  /** Unix ms by the home server's time. */
  readonly now: () => number
  /** Something in these conversations has vanished. */
  readonly onGone: (conversations: readonly string[]) => void
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

/** Removes messages when they vanish. The tab that leads does it, from its start on, so also for what vanished meanwhile. */
export const createExpiry = ({ store, now, onGone, onError, signal }: ExpiryOptions) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let sweeping: Promise<void> = Promise.resolve()

  const sweep = async (): Promise<void> => {
    if (signal.aborted) return
    clearTimeout(timer)
    const { conversations, next } = await sweepExpired(store, now())
    if (signal.aborted) return
    if (next !== undefined) timer = setTimeout(look, Math.min(longest, Math.max(0, next - now())))
    if (conversations.length > 0) onGone(conversations)
  }

  /** Something that vanishes may have been stored. */
  const look = (): void => {
    sweeping = sweeping.then(sweep).catch((error: unknown) => {
      onError(error)
      if (!signal.aborted) timer = setTimeout(look, longest)
    })
  }

  return {
    look,
    stop: async (): Promise<void> => {
      clearTimeout(timer)
      await sweeping
    },
  }
}
