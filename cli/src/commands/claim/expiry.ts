import { IdentityError, parseTimestamp } from '@kez-chat/identity'
import { usageError } from '../../errors.ts'

const DAY_MS = 24 * 3600 * 1000

/** `90d`, a date (its beginning, UTC) or a time as unix milliseconds, after `now`. */
export const parseExpiry = (text: string, now: number): number => {
  const days = /^([1-9]\d{0,4})d$/.exec(text)?.[1]
  if (days !== undefined) return now + Number(days) * DAY_MS
  try {
    const at = parseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
    if (at > now) return at
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    throw usageError(
      '--expires is a number of days like 90d, a date like 2027-01-31 or a time like 2027-01-31T12:00:00Z',
    )
  }
  throw usageError('--expires is in the past')
}
