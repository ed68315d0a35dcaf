import { IdentityError } from './errors.ts'
import { RESERVED_HANDLES } from './reserved-handles.ts'

declare const handleBrand: unique symbol

/** A name at a home server: 3–32 of `a-z0-9_-`, the first a letter or digit (protocol §2). */
export type Handle = string & { readonly [handleBrand]: true }

const HANDLE = /^[a-z0-9][a-z0-9_-]{2,31}$/
// A DNS name or "localhost", with a port where the server is not on the default one.
const SERVER =
  /^(?=.{1,253}(?::|$))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?::[1-9]\d{0,4})?$/

/** Whether `value` is spelled as a handle; reserved names are. */
export const isHandle = (value: unknown): value is Handle => typeof value === 'string' && HANDLE.test(value)

/** Whether `value` is spelled as the name of a home server, in lower case. */
export const isServerName = (value: unknown): value is string => typeof value === 'string' && SERVER.test(value)

/**
 * @throws IdentityError `handle_invalid`
 */
export const parseHandle = (text: string): Handle => {
  if (isHandle(text)) return text
  throw new IdentityError(
    'handle_invalid',
    'a handle is 3 to 32 of a-z, 0-9, _ and -, and starts with a letter or digit',
  )
}

/**
 * A handle somebody may take: well-formed and not reserved.
 * @param alsoReserved the operator's own additions, lower case
 * @throws IdentityError `handle_invalid`, `handle_reserved`
 */
export const parseNewHandle = (text: string, alsoReserved: Iterable<string> = []): Handle => {
  const handle = parseHandle(text)
  if (RESERVED_HANDLES.has(handle) || new Set(alsoReserved).has(handle)) {
    throw new IdentityError('handle_reserved', 'this handle is reserved')
  }
  return handle
}

/** `handle@server`, taken apart. */
export interface FullHandle {
  readonly handle: Handle
  readonly server: string
}

/**
 * `alice@example.org`, strictly spelled.
 * @throws IdentityError `handle_invalid`, `malformed` (the server's part)
 */
export const parseFullHandle = (text: string): FullHandle => {
  const at = text.indexOf('@')
  if (at < 0) throw new IdentityError('malformed', 'a full handle is handle@server')
  const server = text.slice(at + 1)
  const handle = parseHandle(text.slice(0, at))
  if (!isServerName(server)) throw new IdentityError('malformed', 'the part after @ is not the name of a server')
  return { handle, server }
}

/**
 * What a person types to name somebody: `alice`, `@alice`, `Alice@Example.org`; without a server it is `homeServer`.
 * @throws IdentityError `handle_invalid`, `malformed` (the server's part)
 */
export const normaliseFullHandle = (text: string, homeServer: string): FullHandle => {
  const typed = text.slice(0, 512).trim().replace(/^@/, '').toLowerCase()
  return parseFullHandle(typed.includes('@') ? typed : `${typed}@${homeServer}`)
}

/** `handle@server`. */
export const formatFullHandle = ({ handle, server }: FullHandle): string => `${handle}@${server}`
