import { isContent } from './body.ts'
import { innerHash } from './inner.ts'
import type { OpenedMessage } from './open.ts'

const MAX_TIPS = 256
const MAX_PASSED = 512
const MAX_GAPS = 256

/** A message that the sender wrote and that has not come. */
export interface Gap {
  /** `sha256:` and the hash of the message that is missing. */
  readonly missing: string
  /** The inner id of the message that came after it. */
  readonly before: string
  /** `sent_at` of that message, unix milliseconds. */
  readonly at: number
}

/** All a tracker knows, as plain data to store. */
export interface ThreadLinksState {
  /** Hashes of messages that no later one has named yet, oldest first. */
  readonly tips: readonly string[]
  /** Hashes of messages that a later one has named, oldest first. */
  readonly passed: readonly string[]
  readonly gaps: readonly Gap[]
  /** `sent_at` of the earliest message taken, unix milliseconds. */
  readonly earliest?: number
}

/** What taking a message changed. */
export interface LinkChange {
  readonly opened?: Gap
  readonly closed?: Gap
}

/** Follows the `prev` links (protocol §3) of what one peer writes in one conversation. */
export interface ThreadLinks {
  /** Takes an opened message, in any order and any number of times; chunks and acks have no part in this. */
  take(message: Pick<OpenedMessage, 'inner' | 'body' | 'sentAt'>): LinkChange
  /** The open gaps, in the order they were found. */
  gaps(): readonly Gap[]
  /** Whether it is merely where this device's history begins: nothing earlier than the message after it has come. */
  isBeginning(gap: Gap): boolean
  state(): ThreadLinksState
}

const bound = (kept: Set<string> | Map<string, Gap>, limit: number): void => {
  for (const oldest of kept.keys()) {
    if (kept.size <= limit) return
    kept.delete(oldest)
  }
}

/**
 * A tracker in bounded memory. A hash that was named once is of little more use, so what must not be forgotten are the
 * tips: one in an unbroken conversation, one more for each gap. Losing the oldest of a flood of tips or gaps costs the
 * one who floods, in this conversation only.
 */
export const createThreadLinks = (from: ThreadLinksState = { tips: [], passed: [], gaps: [] }): ThreadLinks => {
  const tips = new Set(from.tips)
  const passed = new Set(from.passed)
  const gaps = new Map(from.gaps.map((gap) => [gap.missing, gap]))
  let earliest = from.earliest ?? Number.POSITIVE_INFINITY

  const pass = (hash: string): void => {
    passed.add(hash)
    bound(passed, MAX_PASSED)
  }

  const follow = (prev: string, before: string, at: number): Gap | undefined => {
    if (tips.delete(prev)) pass(prev)
    if (passed.has(prev) || gaps.has(prev)) return undefined
    const gap = { missing: prev, before, at }
    gaps.set(prev, gap)
    bound(gaps, MAX_GAPS)
    return gap
  }

  return {
    take: ({ inner, body, sentAt }) => {
      if (!isContent(body)) return {}
      const hash = innerHash(inner)
      if (tips.has(hash) || passed.has(hash)) return {}
      earliest = Math.min(earliest, sentAt)
      const closed = gaps.get(hash)
      if (gaps.delete(hash)) pass(hash)
      else tips.add(hash)
      bound(tips, MAX_TIPS)
      const opened = inner.prev === undefined ? undefined : follow(inner.prev, inner.id, sentAt)
      return { ...(opened === undefined ? {} : { opened }), ...(closed === undefined ? {} : { closed }) }
    },
    gaps: () => [...gaps.values()],
    isBeginning: ({ at }) => at <= earliest,
    state: () => ({
      ...{ tips: [...tips], passed: [...passed], gaps: [...gaps.values()] },
      ...(Number.isFinite(earliest) ? { earliest } : {}),
    }),
  }
}
