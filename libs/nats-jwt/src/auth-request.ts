import { z } from 'zod'
import { NatsJwtError } from './errors.ts'
import { decodeJwt, MAX_JWT_CHARS } from './jwt.ts'
import { decodePublicNkey } from './nkey-text.ts'

const AUDIENCE = 'nats-authorization-request'
const text = z.string()
const optional = text.optional()

const connectOpts = z.object({
  jwt: optional,
  nkey: optional,
  sig: optional,
  auth_token: optional,
  user: optional,
  pass: optional,
  name: optional,
  lang: optional,
  version: optional,
  protocol: z.int(),
})

const authRequest = z.object({
  server_id: z.object({
    name: text,
    host: text,
    id: text,
    version: optional,
    cluster: optional,
    tags: z.array(text).optional(),
    xkey: optional,
  }),
  user_nkey: text,
  client_info: z.object({
    host: optional,
    id: z.int().nonnegative().optional(),
    user: optional,
    name: optional,
    tags: z.array(text).optional(),
    name_tag: optional,
    kind: optional,
    type: optional,
    mqtt_id: optional,
    nonce: optional,
  }),
  connect_opts: connectOpts,
  client_tls: z
    .object({
      version: optional,
      cipher: optional,
      certs: z.array(text).optional(),
      verified_chains: z.array(z.array(text)).optional(),
    })
    .optional(),
  request_nonce: optional,
  tags: z.array(text).optional(),
})

const requestClaims = z.object({
  iss: text,
  sub: text,
  aud: text,
  iat: z.int(),
  exp: z.int().optional(),
  nbf: z.int().optional(),
  nats: authRequest,
})
const typeAndVersion = z.object({
  nats: z.object({ type: z.literal('authorization_request'), version: z.literal(2) }),
})

/**
 * What a server asks of an auth callout (`nats` of the claims, names as on the wire). `user_nkey` is a throw-away key of
 * the server's that the user JWT must be about; `connect_opts` is what the client sent and nobody has verified.
 */
export type AuthRequest = Readonly<z.infer<typeof authRequest>>

export type AuthRequestChecks = {
  /** The clock, unix milliseconds. */
  readonly now: number
  /** Public nkey of the callout's account (`issuer` in the server's configuration), whom requests are about. */
  readonly account: string
  /** How far the server's clock may be off ours where `exp` and `nbf` are judged, in seconds; default 5. */
  readonly toleranceSeconds?: number
  /** Longest JWT taken, in characters; default `MAX_JWT_CHARS`. */
  readonly maxChars?: number
}

/**
 * Verifies an authorization request: signed by the server key in `iss`, which is also `server_id.id`; for the auth
 * callout of this account; in its time. That the key it came sealed with equals `server_id.xkey` is for the
 * caller, who knows the message's header.
 * @throws NatsJwtError as `decodeJwt`; `wrong_type`, `wrong_issuer`, `wrong_audience`, `wrong_subject`, `expired`,
 * `not_yet_valid`; `malformed` when a claim is missing or of another shape
 */
export const decodeAuthRequest = (jwt: string, checks: AuthRequestChecks): AuthRequest => {
  const { now, account, toleranceSeconds = 5, maxChars = MAX_JWT_CHARS } = checks
  const verified = decodeJwt(jwt, 'server', maxChars)
  if (!typeAndVersion.safeParse(verified).success) {
    throw new NatsJwtError('wrong_type', 'expected an authorization_request of version 2')
  }
  const parsed = requestClaims.safeParse(verified)
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new NatsJwtError('malformed', `the authorization request is malformed at ${where}`)
  }
  const { iss, sub, aud, exp, nbf, nats } = parsed.data
  if (iss !== nats.server_id.id) throw new NatsJwtError('wrong_issuer', 'the request is not by the server it names')
  if (aud !== AUDIENCE) throw new NatsJwtError('wrong_audience', 'the request is not for an auth callout')
  if (sub !== account) throw new NatsJwtError('wrong_subject', 'the request is for the callout of another account')
  decodePublicNkey(nats.user_nkey, 'user')
  const seconds = now / 1000
  if (exp !== undefined && seconds >= exp + toleranceSeconds) throw new NatsJwtError('expired', 'the request is old')
  if (nbf !== undefined && seconds < nbf - toleranceSeconds) {
    throw new NatsJwtError('not_yet_valid', 'the request is not valid yet')
  }
  return nats
}
