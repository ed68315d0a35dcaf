import { type DirectoryEntry, inboxOwner, type PrimaryHex } from '@kez-chat/contracts'
import { type PeopleScale, permissionsFor } from '@kez-chat/nats-config'
import { type AuthRequest, encodeUserJwt, type NkeySigner } from '@kez-chat/nats-jwt'
import type { TokenBuckets } from '@kez-chat/runtime'
import type { AuditId } from './audit-id.ts'
import { type IdentifyRules, identify } from './identify.ts'
import { LoginRefused } from './refusal.ts'

/** Who is who, as far as a login needs it. */
export type Persons = {
  /** @throws DomainError `unavailable` */
  find(primary: PrimaryHex): Promise<DirectoryEntry | undefined>
}

export type AdmitOptions = {
  readonly rules: Omit<IdentifyRules, 'now'>
  readonly persons: Persons
  readonly auditId: AuditId
  readonly scale: PeopleScale
  /** How often one identity may log in. */
  readonly limit: TokenBuckets
  /** Life of a login in seconds; the server closes the connection at its end. */
  readonly seconds: number
}

/** The user JWT for a connection, and what its holder is called in logs. */
export type Admitted = { readonly jwt: string; readonly audit: string }

const refuseEnded = (entry: DirectoryEntry | undefined): DirectoryEntry => {
  if (!entry) throw new LoginRefused('unknown_identity', 'nobody here has this identity')
  if (entry.status === 'rotated')
    throw new LoginRefused('identity_rotated', 'this identity has gone over to another key')
  if (entry.status === 'revoked') throw new LoginRefused('identity_revoked', 'this identity was revoked by its owner')
  if (entry.status === 'barred') throw new LoginRefused('handle_barred', 'the operator has barred this handle')
  return entry
}

/**
 * Decides about a login: a request whose server is known to be real comes in, a signed user JWT goes out.
 * @throws LoginRefused for credentials that are well formed and not good enough
 * @throws DomainError `unavailable` when it cannot be decided now
 */
export const createAdmit =
  ({ rules, persons, auditId, scale, limit, seconds }: AdmitOptions) =>
  async (request: AuthRequest, issuer: NkeySigner, now: number): Promise<Admitted> => {
    const { primary, replyRandom } = identify(request, { ...rules, now })
    const entry = refuseEnded(await persons.find(primary))
    if (!limit.take(primary).ok)
      throw new LoginRefused('too_many_logins', 'this identity has logged in too often lately')
    const audit = auditId(primary)
    const jwt = encodeUserJwt(
      {
        user: request.user_nkey,
        account: 'PEOPLE',
        name: audit,
        permissions: permissionsFor({ primary, inbox: inboxOwner(entry), replyRandom }, scale),
        now,
        seconds,
        connectionTypes: ['STANDARD', 'WEBSOCKET'],
      },
      issuer,
    )
    return { jwt, audit }
  }

export type Admit = ReturnType<typeof createAdmit>
