import { checkSignature } from './algorithm.ts'
import { utf8 } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { toHex } from './hex.ts'
import type { PrimaryId } from './primary-id.ts'
import type { AuthText } from './request-text.ts'
import type { SigningKey } from './signing-key.ts'

/** Name of the header, in lower case as HTTP libraries have it. */
export const AUTH_HEADER = 'x-kez-auth'

/** How far the signed time may be from the server's clock, in seconds. */
export const AUTH_SKEW_SECONDS = 60

/** `X-KEZ-Auth`, taken apart. */
export interface RequestAuth {
  /** Unix seconds. */
  readonly ts: number
  /** 128 hex digits. Strict verification leaves a signature one spelling, so this can name a request that acts once. */
  readonly sig: string
}

const HEADER = /^(0|[1-9]\d{0,11}):([0-9a-f]{128})$/

/**
 * The value of `X-KEZ-Auth` (or of `?auth=`): `<unix_ts>:<sig hex>` (protocol §2).
 * @param now unix milliseconds
 */
export const signRequest = (text: AuthText, key: SigningKey, now: number): string => {
  const ts = Math.floor(now / 1000)
  return `${ts}:${toHex(key.sign(utf8(`${text}\n${ts}`)))}`
}

/**
 * Reads the header strictly.
 * @throws IdentityError `unauthorized` when it is missing or misspelled
 */
export const parseAuthHeader = (header: string | undefined): RequestAuth => {
  const [, ts, sig] = HEADER.exec(header ?? '') ?? []
  if (ts === undefined || sig === undefined) {
    throw new IdentityError('unauthorized', 'the request needs X-KEZ-Auth: <unix seconds>:<signature as hex>')
  }
  return { ts: Number(ts), sig }
}

/**
 * Believes that `primary` signed the request described by `text` within the last (or next) 60 seconds.
 * @param now the server's clock, unix milliseconds
 * @throws IdentityError `unauthorized`, `stale_auth`, `weak_key`, `invalid_signature`
 */
export const verifyRequest = (
  text: AuthText,
  header: string | undefined,
  primary: PrimaryId,
  now: number,
): RequestAuth => {
  const auth = parseAuthHeader(header)
  if (Math.abs(Math.floor(now / 1000) - auth.ts) > AUTH_SKEW_SECONDS) {
    throw new IdentityError('stale_auth', "the signed time is more than 60 seconds from the server's clock")
  }
  checkSignature(auth.sig, utf8(`${text}\n${auth.ts}`), primary)
  return auth
}
