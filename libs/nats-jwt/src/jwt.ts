import { hash } from 'node:crypto'
import { toBase32 } from './base32.ts'
import { fromBase64url, toBase64url } from './base64url.ts'
import { NatsJwtError } from './errors.ts'
import type { NkeySigner } from './signer.ts'
import { type SigningKind, verifyNkey } from './verify.ts'

const HEADER = toBase64url('{"typ":"JWT","alg":"ed25519-nkey"}')
const MAX_HEADER_CHARS = 128
const SIGNATURE_CHARS = 86

/** Longest JWT taken by default, in characters: a request with a client's certificate chains stays below. */
export const MAX_JWT_CHARS = 64 * 1024

/** Claims as they stand in a JWT whose signature has been verified; their shapes are still for the caller to check. */
export type VerifiedClaims = Readonly<Record<string, unknown>> & { readonly iss: string }

// Buffer's own decoding would silently put U+FFFD for broken UTF-8.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const parseObject = (text: string, what: string): Readonly<Record<string, unknown>> => {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(fromBase64url(text)))
  } catch (cause) {
    throw new NatsJwtError('malformed', `the ${what} of the JWT is not base64url of JSON`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NatsJwtError('malformed', `the ${what} of the JWT is not an object`)
  }
  return { ...value }
}

const checkHeader = (header: string): void => {
  if (header === HEADER) return
  if (header.length > MAX_HEADER_CHARS) throw new NatsJwtError('too_large', 'the header of the JWT is too long')
  const { typ, alg } = parseObject(header, 'header')
  if (typ !== 'JWT' && typ !== 'jwt') throw new NatsJwtError('wrong_type', 'the header names another type than JWT')
  if (alg !== 'ed25519-nkey') throw new NatsJwtError('unsupported_algorithm', 'only ed25519-nkey JWTs are taken')
}

/**
 * Verifies a JWT in the `ed25519-nkey` form (header, claims and signature as strict base64url; signed are the first two
 * with their dot) under the nkey in its `iss`. Times, audience and shapes of the claims are not looked at.
 * @param issuer kind of nkey that `iss` must be
 * @param maxChars longest text taken; looked at before anything is parsed
 * @throws NatsJwtError `too_large`, `malformed`, `wrong_type`, `unsupported_algorithm`, `invalid_signature`;
 * `wrong_issuer` when `iss` is no nkey of that kind; `weak_key`
 */
export const decodeJwt = (text: string, issuer: SigningKind, maxChars = MAX_JWT_CHARS): VerifiedClaims => {
  if (text.length > maxChars) throw new NatsJwtError('too_large', `the JWT is longer than ${maxChars} characters`)
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (first < 0 || second < 0 || text.length - second - 1 !== SIGNATURE_CHARS) {
    throw new NatsJwtError('malformed', 'a JWT is header.claims.signature')
  }
  checkHeader(text.slice(0, first))
  const claims = parseObject(text.slice(first + 1, second), 'body')
  const { iss } = claims
  if (typeof iss !== 'string') throw new NatsJwtError('malformed', 'the JWT names no issuer')
  if (!signatureHolds(iss, issuer, text.slice(0, second), fromBase64url(text.slice(second + 1)))) {
    throw new NatsJwtError('invalid_signature', 'the JWT is not signed by its issuer')
  }
  return { ...claims, iss }
}

const signatureHolds = (iss: string, issuer: SigningKind, signed: string, signature: Uint8Array): boolean => {
  try {
    return verifyNkey(iss, issuer, Buffer.from(signed), signature)
  } catch (cause) {
    if (cause instanceof NatsJwtError && cause.code === 'weak_key') throw cause
    throw new NatsJwtError('wrong_issuer', `the issuer of the JWT is not the nkey of a ${issuer}`, { cause })
  }
}

/** Claims to be signed: `sub` is a public nkey, times are unix seconds; `iss` and `jti` are added. */
export type Claims = {
  readonly sub: string
  readonly aud: string
  readonly iat: number
  readonly exp?: number
  readonly nbf?: number
  readonly name?: string
  readonly nats: Readonly<Record<string, unknown>>
}

/** Signs claims as an `ed25519-nkey` JWT; `jti` is base32 of their SHA-512/256, as in the servers' own library. */
export const encodeJwt = (claims: Claims, signer: NkeySigner): string => {
  const issued = { ...claims, iss: signer.publicKey }
  const jti = toBase32(hash('sha512-256', JSON.stringify(issued), 'buffer'))
  const signed = `${HEADER}.${toBase64url(JSON.stringify({ jti, ...issued }))}`
  return `${signed}.${toBase64url(signer.sign(Buffer.from(signed)))}`
}
