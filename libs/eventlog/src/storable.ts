import { EventNotStorable } from './errors.ts'

/** Deepest nesting of an event. */
const maxDepth = 64

const check = (value: unknown, path: string, depth: number): void => {
  const refuse = (why: string): void => {
    throw new EventNotStorable(`${path} ${why}`)
  }
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') {
    if (value.includes('\0')) refuse('holds U+0000')
    if (!value.isWellFormed()) refuse('holds a lone surrogate')
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse('is not a finite number')
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) refuse('is an integer beyond 2^53 - 1')
  } else if (typeof value !== 'object') {
    refuse(`is of type ${typeof value}`)
  } else {
    if (depth >= maxDepth) refuse(`is nested deeper than ${maxDepth}`)
    checkInside(value, path, depth + 1)
  }
}

const checkInside = (value: object, path: string, depth: number): void => {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) check(item, `${path}[${i}]`, depth)
    return
  }
  for (const [key, item] of Object.entries(value)) {
    check(key, `a name in ${path}`, depth)
    if (item !== undefined) check(item, `${path}.${key}`, depth)
  }
}

/**
 * The bytes of an event as it is stored: JSON in UTF-8. What Postgres or another reader could not keep is refused
 * before it is in the log, where it would stop every reader (architecture §2).
 * @throws {EventNotStorable}
 */
export const encodeEvent = (event: object, maxBytes: number): Uint8Array => {
  check(event, 'event', 0)
  const bytes = new TextEncoder().encode(JSON.stringify(event))
  if (bytes.length > maxBytes) throw new EventNotStorable(`event has ${bytes.length} bytes, at most ${maxBytes} fit`)
  return bytes
}
