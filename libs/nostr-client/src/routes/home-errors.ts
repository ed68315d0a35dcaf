import { ApiError } from '@kez-chat/client'
import type { ErrorCode } from '@kez-chat/contracts'
import { TransportError } from '../errors.ts'

/** Refusals that may turn into acceptance without a change of the message. */
const passing: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'unavailable', 'mailbox_full'])

/** What a failed post means for the message: refused for good, or to be tried again. */
export const asTransportError = (error: unknown): TransportError => {
  if (error instanceof TransportError) return error
  if (!(error instanceof ApiError))
    return new TransportError('not_accepted', 'the home server was not reached', { cause: error })
  const retryAfter = error.retryAfter === undefined ? undefined : error.retryAfter * 1_000
  const code = passing.has(error.code) ? 'not_accepted' : 'refused'
  return new TransportError(code, error.code, { cause: error, retryAfter })
}
