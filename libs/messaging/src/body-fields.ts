import { isHex } from '@kez-chat/identity'
import { MessageError } from './errors.ts'

/** For what is wrong with a body. */
export const malformed = (what: string): MessageError => new MessageError('malformed', what)

export const text = (value: unknown, what: string): string => {
  if (typeof value !== 'string') throw malformed(`${what} is not text`)
  return value
}

export const count = (value: unknown, min: number, max: number, what: string): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw malformed(`${what} is not a whole number from ${min} to ${max}`)
  }
  return value
}

export const hex = (value: unknown, bytes: number, what: string): string => {
  if (!isHex(value, bytes)) throw malformed(`${what} is not ${bytes} bytes as hex`)
  return value
}
