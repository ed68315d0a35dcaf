import { NatsJwtError, type NatsJwtErrorCode } from '../src/index.ts'

/** The code an action is refused with, or `accepted`; an error of any other class goes through and fails the test. */
export const refusal = (act: () => unknown): NatsJwtErrorCode | 'accepted' => {
  try {
    act()
    return 'accepted'
  } catch (error) {
    if (error instanceof NatsJwtError) return error.code
    throw error
  }
}
