import { inSpanOf } from '@kez-chat/runtime'
import type { Delivery } from './deliveries.ts'
import type { Outcome } from './outcome.ts'

/**
 * Shows an attempt in the trace of the message that it wakes for; a later attempt, perhaps hours after, links to it. To which push
 * service it goes is not told.
 */
export const inAttemptSpan = (
  { attempt, traceparent }: Pick<Delivery, 'attempt' | 'traceparent'>,
  send: () => Promise<Outcome>,
): Promise<Outcome> => {
  const attributes = { 'http.request.method': 'POST', 'kez.attempt': attempt }
  const step = { name: 'send push', kind: 'client', attributes } as const
  return inSpanOf({ traceparent, isLive: attempt === 1 }, step, async (span) => {
    const outcome = await send()
    span.set({ 'kez.outcome': outcome.kind })
    if (outcome.status !== undefined) span.set({ 'http.response.status_code': outcome.status })
    return outcome
  })
}
