import { DomainError, ErrorCode } from '@kez-chat/contracts'
import { LogUnavailable } from '@kez-chat/eventlog'
import { IdentityError } from '@kez-chat/identity'

/** What went wrong as the refusal that the caller gets, whatever the way they came; undefined when it is our own fault. */
export const refusalOf = (error: unknown): DomainError | undefined => {
  if (error instanceof DomainError) return error
  if (error instanceof IdentityError) {
    const code = ErrorCode.safeParse(error.code)
    return new DomainError(code.success ? code.data : 'invalid', error.message)
  }
  if (error instanceof LogUnavailable)
    return new DomainError('unavailable', 'messages cannot be reached right now; try again soon', {
      cause: error,
      retryAfter: 2,
    })
  return undefined
}
