import { sha256 } from '@noble/hashes/sha2.js'
import { IdentityError } from './errors.ts'
import type { Handle } from './handle.ts'
import { toHex } from './hex.ts'

declare const textBrand: unique symbol

/** A text of protocol §2 that a request is signed over, still without its last line, the time. */
export type AuthText = string & { readonly [textBrand]: true }

const METHOD = /^[A-Z]{1,16}$/
// A line of its own: no control characters, so that no field can pose as the next one.
const LINE = /^[^\p{Cc}\u2028\u2029]{1,4096}$/u

const isAuthText = (text: string): text is AuthText => text.split('\n').every((line) => LINE.test(line))

const authText = (...lines: string[]): AuthText => {
  const text = lines.join('\n')
  if (!lines.every((line) => LINE.test(line)) || !isAuthText(text)) {
    throw new IdentityError('malformed', 'a signed request text has an empty, too long or many-line field')
  }
  return text
}

/**
 * Text of `GET /v1/inbox/<handle>?since=<n>`. It names no server and covers reads only, so it can be replayed within
 * the skew.
 * @param since exclusive sequence, 0 for the beginning
 * @throws IdentityError `malformed`
 */
export const inboxAuthText = (handle: Handle, since: number): AuthText => {
  if (!Number.isSafeInteger(since) || since < 0) throw new IdentityError('malformed', 'since is a whole number from 0')
  return authText('GET', `/v1/inbox/${handle}`, `since=${since}`)
}

/** Text of `GET /v1/inbox/<handle>/stream`; like the inbox text it covers reads only. */
export const streamAuthText = (handle: Handle): AuthText => authText('GET', `/v1/inbox/${handle}/stream`)

/** A request as it will be sent. */
export interface SignedRequest {
  /** The home server's name, as in handles. */
  readonly server: string
  /** Upper case. */
  readonly method: string
  /** The request target: the path and, where there is one, `?` and the query, exactly as sent. */
  readonly path: string
}

const generalText = (request: SignedRequest, field: string): AuthText => {
  if (!METHOD.test(request.method) || !request.path.startsWith('/')) {
    throw new IdentityError('malformed', 'a signed request has an upper-case method and an absolute path')
  }
  return authText('kez-auth-v1', request.server, request.method, request.path, field)
}

/**
 * Text of every signed request that is neither an inbox read nor a push subscription.
 * @param body the exact bytes sent; left out when there are none
 * @throws IdentityError `malformed`
 */
export const mutationAuthText = (request: SignedRequest, body: Uint8Array = new Uint8Array()): AuthText =>
  generalText(request, `sha256=${toHex(sha256(body))}`)

/**
 * Text of a push subscription request, which binds the endpoint instead of the body.
 * @throws IdentityError `malformed`
 */
export const pushAuthText = (request: SignedRequest, endpoint: string): AuthText =>
  generalText(request, `endpoint=${endpoint}`)
