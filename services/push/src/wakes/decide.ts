import { pushKeptFor } from '@kez-chat/contracts'

/** A person is woken at most this often, so that a stranger cannot make a phone buzz. */
export const wakeEvery = 10 * 60_000

/** What is known of a person's wakes. Times in unix ms; sequences are those of their inbox, which only grow. */
export type WakeState = {
  /** The last message that waits for a wake, and when that is due. */
  pendingSeq: number | undefined
  dueAt: number | undefined
  /** The message for which the last wake went out, and when. */
  wokenSeq: number
  wokenAt: number | undefined
  /** When a push service took the last wake; undefined while none has. */
  reachedAt: number | undefined
}

/** How far clients have read: by asking, or over a stream that was open and that nobody may have looked at. */
export type Reads = { asked: number; live: number }

export type Decision = { kind: 'nothing' } | { kind: 'wake' } | { kind: 'wait'; until: number }

export const neverWoken: WakeState = {
  pendingSeq: undefined,
  dueAt: undefined,
  wokenSeq: 0,
  wokenAt: undefined,
  reachedAt: undefined,
}

/** Woken and not come yet. It ends when a client has read, and when the push service has let go of the push. */
const isAwaited = ({ reachedAt, wokenSeq }: WakeState, reads: Reads, now: number): boolean =>
  reachedAt !== undefined && now - reachedAt < pushKeptFor && Math.max(reads.asked, reads.live) < wokenSeq

const decide = (state: WakeState, seq: number, reads: Reads, now: number): Decision => {
  if (reads.asked >= seq || isAwaited(state, reads, now)) return { kind: 'nothing' }
  const until = (state.wokenAt ?? Number.NEGATIVE_INFINITY) + wakeEvery
  return until <= now ? { kind: 'wake' } : { kind: 'wait', until }
}

/** What a new message does: the first wakes at once, the rest of a burst waits for what ends the wait (architecture §3). */
export const onMessage = (state: WakeState, seq: number, reads: Reads, now: number): Decision =>
  state.dueAt === undefined ? decide(state, seq, reads, now) : { kind: 'wait', until: state.dueAt }

/** What becomes of a wake whose time has come: a client may have read everything meanwhile. */
export const onDue = (state: WakeState, reads: Reads, now: number): Decision =>
  state.pendingSeq === undefined ? { kind: 'nothing' } : decide(state, state.pendingSeq, reads, now)
