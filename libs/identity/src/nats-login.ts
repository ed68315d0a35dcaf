import { checkSignature } from './algorithm.ts'
import { fromBase64url, toBase64url } from './base64url.ts'
import { type Bytes, concat } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { isHex, toHex } from './hex.ts'
import { jcsBytes } from './jcs.ts'
import { parseJson } from './json.ts'
import { isPrimaryId, type PrimaryId } from './primary-id.ts'
import { hasExactly, isRecord } from './record.ts'
import { AUTH_SKEW_SECONDS } from './request-auth.ts'
import type { SigningKey } from './signing-key.ts'

/** What a login on the bus is bound to (protocol §7). */
export interface NatsLogin {
  /** The home server's name, as in handles. */
  readonly server: string
  /** Public key of the throw-away user nkey of this connection, `U…`. */
  readonly nkey: string
  /** The broker's nonce, as in its INFO. */
  readonly nonce: string
}

const NONCE = /^[A-Za-z0-9_-]{11,64}$/
const NKEY = /^U[A-Z2-7]{1,63}$/
const MAX_TOKEN_BYTES = 1_024

const text = (login: NatsLogin): Bytes => {
  if (!NONCE.test(login.nonce)) throw new IdentityError('malformed', 'the nonce is not one this server would give')
  if (!NKEY.test(login.nkey)) throw new IdentityError('malformed', 'the nkey is not a public user key')
  return concat('kez-chat-nats-v1\n', login.server, '\n', login.nkey, '\n', login.nonce)
}

/**
 * The `auth_token` of a connection: base64url(JCS `{ v:1, primary, ts, sig }`). The identity signs a text of its own,
 * never the raw nonce, which a hostile broker could choose to be a valid request.
 * @param now unix milliseconds
 * @throws IdentityError `malformed` when nonce or nkey is not what a server would give
 */
export const createNatsToken = (login: NatsLogin, key: SigningKey, now: number): string => {
  const sig = toHex(key.sign(text(login)))
  return toBase64url(jcsBytes({ v: 1, primary: key.primary, ts: Math.floor(now / 1000), sig }))
}

/**
 * Who logs in. That the nkey itself signed the nonce is for the caller to check.
 * @param now the server's clock, unix milliseconds
 * @throws IdentityError `malformed`, `too_large`, `unknown_version`, `stale_auth`, `weak_key`, `invalid_signature`
 */
export const verifyNatsToken = (token: string, login: NatsLogin, now: number): PrimaryId => {
  const value = parseJson(fromBase64url(token, MAX_TOKEN_BYTES), MAX_TOKEN_BYTES)
  if (!isRecord(value) || !hasExactly(value, ['v', 'primary', 'ts', 'sig'])) {
    throw new IdentityError('malformed', 'a login token is { v, primary, ts, sig }')
  }
  const { v, primary, ts, sig } = value
  if (v !== 1) throw new IdentityError('unknown_version', 'expected a login token of version 1')
  if (!isPrimaryId(primary) || !isHex(sig, 64) || typeof ts !== 'number' || !Number.isSafeInteger(ts)) {
    throw new IdentityError('malformed', 'a login token has a primary, a time in unix seconds and a signature in hex')
  }
  if (Math.abs(Math.floor(now / 1000) - ts) > AUTH_SKEW_SECONDS) {
    throw new IdentityError('stale_auth', "the login token is more than 60 seconds from the server's clock")
  }
  checkSignature(sig, text(login), primary)
  return primary
}
