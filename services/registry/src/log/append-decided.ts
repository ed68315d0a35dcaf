import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '@kez-chat/contracts'
import { AppendConflict, append, type JetStream } from '@kez-chat/eventlog'
import { inSpan, published } from '@kez-chat/runtime'
import type { Histogram } from 'prom-client'

export type Steps<State, Event> = {
  load(): Promise<State>
  /** Nothing to append means that it is as wished already. */
  decide(state: State): Event[]
  /** Where an event belongs, and the last sequence there as it was decided on. */
  place(event: Event, state: State): { subject: string; expectedSeq: number }
  traceparent: string
}

const maxAttempts = 8

/**
 * Loads, decides, appends; when somebody else was faster, again from the start with a jittered pause.
 * @returns the state that was decided on, and what was appended
 */
export const appendDecided = async <State, Event extends object>(
  jetstream: JetStream,
  seconds: Histogram,
  { load, decide, place, traceparent }: Steps<State, Event>,
): Promise<{ state: State; appended: { event: Event; seq: number }[] }> => {
  for (let attempt = 1; ; attempt++) {
    const state = await load()
    const events = decide(state)
    if (events.length === 0) return { state, appended: [] }
    const messages = events.map((event) => ({ ...place(event, state), event }))
    const stopTimer = seconds.startTimer()
    try {
      const seqs = await inSpan(published(messages[0]?.subject ?? ''), (span) => {
        const headers = { traceparent: span.traceparent ?? traceparent }
        return append(
          jetstream,
          messages.map((message) => ({ ...message, headers })),
        )
      })
      return { state, appended: events.map((event, i) => ({ event, seq: seqs[i] ?? 0 })) }
    } catch (error) {
      if (!(error instanceof AppendConflict)) throw error
      if (attempt === maxAttempts)
        throw new DomainError('unavailable', 'too many others write the same thing; try again soon', {
          cause: error,
          retryAfter: 1,
        })
    } finally {
      stopTimer()
    }
    await sleep(Math.random() * 20 * attempt)
  }
}
