import { NatsJwtError } from './errors.ts'
import { encodeJwt } from './jwt.ts'
import { decodePublicNkey } from './nkey-text.ts'
import type { NkeySigner } from './signer.ts'

/** Subjects that may be used; everything else is refused, so an empty list refuses all. */
export type UserPermissions = { readonly publish: readonly string[]; readonly subscribe: readonly string[] }

export type ConnectionType = 'STANDARD' | 'WEBSOCKET' | 'LEAFNODE' | 'LEAFNODE_WS' | 'MQTT' | 'MQTT_WS' | 'IN_PROCESS'

export type UserGrant = {
  /** The request's `user_nkey`. */
  readonly user: string
  /** Name of the account (config mode) that the connection is put into. */
  readonly account: string
  /** What the server's own logs and events call the connection. */
  readonly name: string
  readonly permissions: UserPermissions
  /** The clock, unix milliseconds. */
  readonly now: number
  /** Life in whole seconds; the server closes the connection at its end. */
  readonly seconds: number
  /** Kinds of connection it holds for; default all. */
  readonly connectionTypes?: readonly ConnectionType[]
}

const NO_LIMIT = -1

const isSubject = (subject: string): boolean => {
  const tokens = subject.split('.')
  return !/[\s\p{Cc}]/u.test(subject) && tokens.every((t, i) => t !== '' && (t !== '>' || i === tokens.length - 1))
}

const allowOnly = (subjects: readonly string[]): { allow: readonly string[] } | { deny: readonly string[] } => {
  if (!subjects.every(isSubject)) throw new NatsJwtError('malformed', 'a permission is not a subject')
  // A server takes an empty list for "everything allowed".
  return subjects.length > 0 ? { allow: subjects } : { deny: ['>'] }
}

/**
 * A user JWT signed by the account of the callout: what one connection may do, and until when.
 * @throws NatsJwtError `wrong_kind` when the signer is no account; `malformed`, `bad_checksum`, `wrong_kind` for the user
 * nkey; `malformed` for a permission that is no subject, an empty account, or a life that is not at least one second
 */
export const encodeUserJwt = (grant: UserGrant, signer: NkeySigner): string => {
  const { user, account, name, permissions, now, seconds, connectionTypes } = grant
  if (signer.kind !== 'account') throw new NatsJwtError('wrong_kind', 'only an account signs users')
  decodePublicNkey(user, 'user')
  if (account === '') throw new NatsJwtError('malformed', 'a user belongs to an account')
  if (!Number.isSafeInteger(seconds) || seconds < 1) {
    throw new NatsJwtError('malformed', 'a user JWT lives for a whole number of seconds, at least one')
  }
  const iat = Math.floor(now / 1000)
  const nats = {
    pub: allowOnly(permissions.publish),
    sub: allowOnly(permissions.subscribe),
    // Left out, these are zero and not "no limit". A server heeds the account's limits here, not these.
    subs: NO_LIMIT,
    data: NO_LIMIT,
    payload: NO_LIMIT,
    ...(connectionTypes ? { allowed_connection_types: connectionTypes } : {}),
    type: 'user',
    version: 2,
  }
  return encodeJwt({ sub: user, aud: account, name, iat, exp: iat + seconds, nats }, signer)
}
