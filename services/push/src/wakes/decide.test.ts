import fc from 'fast-check'
import { expect, it } from 'vitest'
import { neverWoken, onDue, onMessage, type WakeState, wakeEvery } from './decide.ts'

const now = 1_700_000_000_000
const unread = { asked: 0, live: 0 }
const minute = 60_000
const woken = (ago: number, more: Partial<WakeState> = {}): WakeState => ({
  ...neverWoken,
  wokenSeq: 10,
  wokenAt: now - ago,
  reachedAt: now - ago,
  ...more,
})

it('the first message wakes at once', () => {
  expect(onMessage(neverWoken, 1, unread, now)).toEqual({ kind: 'wake' })
})

it.each([
  ['a person who has not read since is not woken again', woken(60 * minute), unread, 'nothing'],
  ['one who has read is', woken(11 * minute), { asked: 10, live: 0 }, 'wake'],
  ['one who has read over an open stream is', woken(11 * minute), { asked: 0, live: 11 }, 'wake'],
  ['a read of what came before the wake does not count', woken(11 * minute), { asked: 9, live: 9 }, 'nothing'],
  ['one who has read this very message is not', woken(11 * minute), { asked: 11, live: 0 }, 'nothing'],
  ['one of whom no push service took the wake is', woken(11 * minute, { reachedAt: undefined }), unread, 'wake'],
  ['one whose push the push service has let go of is', woken(24 * 60 * minute), unread, 'wake'],
])('%s', (_, state, reads, kind) => {
  expect(onMessage(state, 11, reads, now)).toEqual({ kind })
})

it('within 10 minutes of a wake the next one waits for the rest of them', () => {
  const read = { asked: 10, live: 0 }
  expect(onMessage(woken(3 * minute), 11, read, now)).toEqual({ kind: 'wait', until: now + 7 * minute })
  expect(onMessage(woken(10 * minute - 1), 11, read, now)).toEqual({ kind: 'wait', until: now + 1 })
  expect(onMessage(woken(10 * minute), 11, read, now)).toEqual({ kind: 'wake' })
})

it('a wake that waits is dropped when a client asks for the message, and not when a stream was merely open', () => {
  const state = woken(10 * minute, { pendingSeq: 12, dueAt: now })
  expect(onDue(state, { asked: 12, live: 0 }, now)).toEqual({ kind: 'nothing' })
  expect(onDue(state, { asked: 11, live: 12 }, now)).toEqual({ kind: 'wake' })
  expect(onDue(state, unread, now)).toEqual({ kind: 'nothing' })
})

it('however messages and reads come: never twice in 10 minutes, never again unread, and what nobody has got has its wake', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('message' as const), after: fc.integer({ min: 0, max: 7 * minute }) }),
    fc.record({
      kind: fc.constantFrom('asked' as const, 'live' as const),
      after: fc.integer({ min: 0, max: 7 * minute }),
    }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [state, seq, at] = [neverWoken, 0, now]
      const reads = { ...unread }
      const wakes: { at: number; seq: number; readBefore: number }[] = []
      const apply = (decision: ReturnType<typeof onDue>, message: number): void => {
        if (decision.kind === 'wait') state = { ...state, pendingSeq: message, dueAt: decision.until }
        else state = { ...state, pendingSeq: undefined, dueAt: undefined }
        if (decision.kind !== 'wake') return
        wakes.push({ at, seq: message, readBefore: Math.max(reads.asked, reads.live) })
        state = { ...state, wokenSeq: message, wokenAt: at, reachedAt: at }
      }
      const runDue = (until: number): void => {
        if (state.dueAt === undefined || state.dueAt > until) return
        at = state.dueAt
        apply(onDue(state, reads, at), state.pendingSeq ?? 0)
      }
      for (const { kind, after } of steps) {
        const next = at + after
        runDue(next)
        at = next
        if (kind === 'message') apply(onMessage(state, ++seq, reads, at), seq)
        else reads[kind] = seq
      }
      runDue(Number.POSITIVE_INFINITY)
      for (const [i, wake] of wakes.entries()) {
        const before = wakes[i - 1]
        if (!before) continue
        expect(wake.at - before.at).toBeGreaterThanOrEqual(wakeEvery)
        expect(wake.readBefore).toBeGreaterThanOrEqual(before.seq)
      }
      // What no client has got was woken for, or stands behind a wake that nobody has answered yet.
      const last = wakes.at(-1)?.seq ?? 0
      const read = Math.max(reads.asked, reads.live)
      if (seq > read) expect(last >= seq || read < last).toBe(true)
    }),
    { numRuns: 500 },
  )
})
