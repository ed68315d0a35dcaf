import { DomainError, Handle, Primary } from '@kez-chat/contracts'
import { IdentityError, verifyRegistration } from '@kez-chat/identity'

export type RegistrationRules = { now: number; server: string; alsoReserved: readonly string[] }

/** Runs one of the identity checks; their codes are the wire's codes. Those of recovery phrases never come up here. */
export const asDomainError = <T>(check: () => T): T => {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    switch (error.code) {
      case 'phrase_word_count':
      case 'phrase_unknown_word':
      case 'phrase_checksum':
        throw new DomainError('invalid', error.message, { cause: error })
      default:
        throw new DomainError(error.code, error.message, { cause: error })
    }
  }
}

/**
 * Every check of a registration but the uniqueness of handle and primary, in the order of protocol §2.
 * @throws {DomainError} with a code of its own for each
 */
export const verify = (registration: unknown, rules: RegistrationRules): { handle: Handle; primary: Primary } => {
  const { handle, primary } = asDomainError(() => verifyRegistration(registration, rules))
  return { handle: Handle.parse(handle), primary: Primary.parse(primary) }
}
