import { IdentityError, type IdentityErrorCode } from '@kez-chat/identity'
import { MessageError, type MessageErrorCode } from './errors.ts'

const CODES: Partial<Record<IdentityErrorCode, MessageErrorCode>> = {
  too_large: 'too_large',
  weak_key: 'weak_key',
  invalid_signature: 'invalid_signature',
}

/** Runs `read` and turns what the identity library refuses into an error of this one. */
export const asMessageErrors = <T>(read: () => T): T => {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof IdentityError)) throw cause
    throw new MessageError(CODES[cause.code] ?? 'malformed', cause.message, { cause })
  }
}
