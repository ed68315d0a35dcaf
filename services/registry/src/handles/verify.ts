import { DomainError, ErrorCode, Handle, Primary } from '@kez-chat/contracts'
import { IdentityError, verifyRegistration } from '@kez-chat/identity'

export type RegistrationRules = { now: number; server: string; alsoReserved: readonly string[] }

/** Runs one of the identity checks; their codes are codes of the wire, or plainly `invalid`. */
export const asDomainError = <T>(check: () => T): T => {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    const code = ErrorCode.safeParse(error.code)
    throw new DomainError(code.success ? code.data : 'invalid', error.message, { cause: error })
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
