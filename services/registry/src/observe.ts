import { DomainError } from '@kez-chat/contracts'
import { EventNotStorable, LogUnavailable } from '@kez-chat/eventlog'
import type { CommandHandler } from '@kez-chat/runtime'
import type { Metrics } from './metrics.ts'

/** Counts a command by its outcome, and says `unavailable` where the log is away. */
export const observe =
  <T>(command: string, metrics: Metrics, handler: CommandHandler<T>): CommandHandler<T> =>
  async (input, context) => {
    try {
      const result = await handler(input, context)
      metrics.commands.inc({ command, outcome: 'ok' })
      return result
    } catch (error) {
      const refusal = asRefusal(error)
      metrics.commands.inc({ command, outcome: refusal instanceof DomainError ? refusal.code : 'internal' })
      throw refusal
    }
  }

const asRefusal = (error: unknown): unknown => {
  if (error instanceof LogUnavailable)
    return new DomainError('unavailable', 'the log cannot be reached right now; try again soon', {
      cause: error,
      retryAfter: 2,
    })
  if (error instanceof EventNotStorable) return new DomainError('invalid', error.message, { cause: error })
  return error
}
