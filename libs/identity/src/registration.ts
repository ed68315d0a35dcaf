import { IdentityError } from './errors.ts'
import { type Handle, parseNewHandle } from './handle.ts'
import type { PrimaryId } from './primary-id.ts'
import { hasExactly } from './record.ts'
import {
  type DocumentKind,
  type SignedEnvelope,
  type SignedPayload,
  signEnvelope,
  verifyEnvelope,
} from './signed-envelope.ts'
import type { SigningKey } from './signing-key.ts'
import { formatTimestamp, parseTimestamp } from './timestamp.ts'

const KIND: DocumentKind = { kez: 'handle_registration', type: 'kez.chat.handle_registration', version: 1 }

/** How far `created_at` may be from the server's clock, in milliseconds. */
export const REGISTRATION_SKEW_MS = 5 * 60_000

/** The signed wish of a key to have a handle at a server (protocol §2). */
export interface RegistrationPayload extends SignedPayload {
  readonly handle: string
  /** The server's domain, as in `alice@<server>`. */
  readonly server: string
  /** RFC 3339, UTC. */
  readonly created_at: string
}

/** The body of `POST /v1/register`. */
export type Registration = SignedEnvelope<RegistrationPayload>

/** A registration that passed every check except the uniqueness of handle and primary. */
export interface VerifiedRegistration {
  readonly handle: Handle
  readonly primary: PrimaryId
  readonly server: string
  /** Unix milliseconds. */
  readonly createdAt: number
}

/**
 * A registration signed by `key`, for `POST /v1/register` at `server`.
 * @param wish.createdAt unix milliseconds, within 5 minutes of the server's clock
 * @throws IdentityError `malformed`
 */
export const createRegistration = (
  wish: { readonly handle: Handle; readonly server: string; readonly createdAt: number },
  key: SigningKey,
): Registration =>
  signEnvelope(
    KIND.kez,
    {
      type: KIND.type,
      version: KIND.version,
      handle: wish.handle,
      primary: key.primary,
      server: wish.server,
      created_at: formatTimestamp(wish.createdAt),
    },
    key,
  )

/** What a registration is checked against. */
export interface RegistrationRules {
  /** The server's clock, unix milliseconds. */
  readonly now: number
  /** The server's own name. */
  readonly server: string
  /** Names the operator reserves beyond the built-in list. */
  readonly alsoReserved?: Iterable<string>
}

/**
 * Checks a registration in the order of protocol §2, each failure with its own code: everything but the uniqueness of
 * handle and primary, which only the log knows.
 * @throws IdentityError `malformed`, `wrong_type`, `unknown_version`, `key_mismatch`, `unsupported_algorithm`,
 *   `too_large`, `weak_key`, `invalid_signature`, `wrong_server`, `handle_invalid`, `handle_reserved`, `stale_timestamp`
 */
export const verifyRegistration = (value: unknown, rules: RegistrationRules): VerifiedRegistration => {
  const payload = verifyEnvelope(value, KIND)
  const { handle, server, created_at: created, primary } = payload
  if (
    !hasExactly(payload, ['type', 'version', 'handle', 'primary', 'server', 'created_at']) ||
    typeof handle !== 'string' ||
    typeof server !== 'string' ||
    typeof created !== 'string'
  ) {
    throw new IdentityError('malformed', 'the payload is { type, version, handle, primary, server, created_at }')
  }
  if (server !== rules.server) throw new IdentityError('wrong_server', 'the registration is for another server')
  const valid = parseNewHandle(handle, rules.alsoReserved)
  const createdAt = parseTimestamp(created)
  if (Math.abs(rules.now - createdAt) > REGISTRATION_SKEW_MS) {
    throw new IdentityError('stale_timestamp', "created_at is more than 5 minutes from the server's clock")
  }
  return { handle: valid, primary, server, createdAt }
}
