import { DomainError, maxJsonDepth } from '@kez-chat/contracts'

const refuse = (what: string): never => {
  throw new DomainError('malformed', `the body is refused: ${what}`)
}

const checkText = (text: string): void => {
  if (text.includes('\0')) refuse('it contains U+0000')
  if (!text.isWellFormed()) refuse('it contains half of a surrogate pair')
}

/**
 * Refuses parsed JSON that could not be stored or signed, or that aims at programs instead of people: nesting deeper than
 * 64, U+0000, lone surrogates, numbers that are not exact, names that reach a prototype.
 */
export const checkJson = (value: unknown, depth = 0): void => {
  if (typeof value === 'string') checkText(value)
  else if (typeof value === 'number') {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
      refuse('it contains a number that is not exact')
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= maxJsonDepth) refuse(`it is nested deeper than ${maxJsonDepth}`)
    if (Array.isArray(value)) for (const item of value) checkJson(item, depth + 1)
    else
      for (const [name, item] of Object.entries(value)) {
        checkText(name)
        if (name === '__proto__' || (name === 'constructor' && typeof item === 'object' && item && 'prototype' in item))
          refuse('it contains a name that is not allowed')
        checkJson(item, depth + 1)
      }
  }
}
