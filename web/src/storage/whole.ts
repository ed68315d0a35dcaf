import { z } from 'zod'
import { StorageError } from './errors.ts'

/** What a record holds, or undefined when it is damaged: one that is must not hold up the others. */
export const whole = <T>(open: () => T): T | undefined => {
  try {
    return open()
  } catch (error) {
    if (error instanceof StorageError || error instanceof z.ZodError) return undefined
    throw error
  }
}
