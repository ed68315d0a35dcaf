import { timingSafeEqual } from 'node:crypto'
import {
  DomainError,
  type Handle,
  type Invite,
  type InviteHash,
  type InviteId,
  type InviteIssued,
  type InviteRevoked,
  type Inviter,
  type InvitesListed,
  type InviteUsed,
  type IssueInviteBody,
  inviteLimits,
} from '@kez-chat/contracts'
import type { InviterState, InviteState, IssuedInvite } from './evolve.ts'

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** Whether it can still admit anybody. */
export const standingOf = ({ issued, used, revoked }: IssuedInvite, now: number): Invite['status'] => {
  if (revoked) return 'revoked'
  if (used >= issued.uses) return 'used_up'
  return Date.parse(issued.expires_at) <= now ? 'expired' : 'open'
}

export const describeInvite = (state: IssuedInvite, now: number): Invite => {
  const { id, uses, at, expires_at } = state.issued
  return { id, uses, used: state.used, created_at: at, expires_at, status: standingOf(state, now) }
}

const refusals = {
  revoked: ['invite_revoked', 'this invite code was revoked by whoever issued it'],
  used_up: ['invite_used_up', 'this invite code was used as often as it may be'],
  expired: ['invite_expired', 'this invite code has expired'],
} as const

/**
 * The code behind a hash, if it still admits somebody.
 * @throws {DomainError} `invite_invalid`, `invite_revoked`, `invite_used_up`, `invite_expired`
 */
export const admitting = (state: InviteState, { check }: InviteHash, now: number): IssuedInvite => {
  if (state.kind === 'unknown' || !isSame(state.issued.check, check))
    throw new DomainError('invite_invalid', 'there is no such invite code')
  const standing = standingOf(state, now)
  if (standing === 'open') return state
  const [code, message] = refusals[standing]
  throw new DomainError(code, message)
}

/** Of a registration that nothing else speaks against. @throws {DomainError} as {@link admitting} */
export const decideUse = (
  state: InviteState,
  invite: InviteHash,
  { handle, at, now }: { handle: Handle; at: string; now: number },
): InviteUsed => {
  admitting(state, invite, now)
  return { type: 'InviteUsed', version: 1, id: invite.id, handle, at }
}

export type IssueInvite = IssueInviteBody & { by: Inviter; at: string; now: number; limit: number }

/** The code, what its inviter has open, and which of that is over before its time. */
export type Issuing = { invite: InviteState; inviter: InviterState; over: ReadonlySet<InviteId> }

/** @throws {DomainError} `conflict`, `invalid`, `invite_limit` */
export const decideIssue = (
  { id, check, by, uses, expires_at, at, now, limit }: IssueInvite,
  { invite, inviter, over }: Issuing,
): (InviteIssued | InvitesListed)[] => {
  if (invite.kind === 'issued') {
    if (invite.issued.by === by && isSame(invite.issued.check, check)) return []
    throw new DomainError('conflict', 'this code was issued before')
  }
  const until = Date.parse(expires_at)
  if (!(until > now && until <= now + inviteLimits.days * 86_400_000))
    throw new DomainError('invalid', `expires_at is at most ${inviteLimits.days} days from now`)
  const open = inviter.open.filter((one) => Date.parse(one.expires_at) > now && !over.has(one.id))
  if (open.length >= limit)
    throw new DomainError('invite_limit', `${limit} codes are open, which is the most there may be; revoke one first`)
  return [
    { type: 'InviteIssued', version: 1, id, check, by, uses, expires_at, at },
    { type: 'InvitesListed', version: 1, by, open: [...open, { id, expires_at }], at },
  ]
}

/** Of somebody else's code nothing is told. @throws {DomainError} `not_found` */
export const decideRevocation = (state: InviteState, by: Inviter, at: string): InviteRevoked[] => {
  if (state.kind === 'unknown' || state.issued.by !== by)
    throw new DomainError('not_found', 'there is no such invite code of yours')
  return state.revoked ? [] : [{ type: 'InviteRevoked', version: 1, id: state.issued.id, at }]
}
