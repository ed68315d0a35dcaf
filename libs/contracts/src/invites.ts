import { z } from 'zod'
import { Handle, Timestamp } from './primitives.ts'

/** Whether anybody may register, or only who has a code. */
export const RegistrationMode = z.enum(['open', 'invite'], 'must be open or invite')
export type RegistrationMode = z.infer<typeof RegistrationMode>

/** Bounds of a code that no setting lifts. */
export const inviteLimits = {
  /** Most registrations by one code: they are counted by events on its subject. */
  uses: 100,
  /** Longest life, in days. */
  days: 30,
  /** Most open codes of one inviter. */
  open: 50,
} as const

/** Carries the code of a registration (protocol §2), beside the signed envelope. */
export const INVITE_HEADER = 'x-kez-invite'

/** 16 bytes as base64url, in the one spelling there is. */
export const InviteCode = z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'must be an invite code of 22 characters')

const Half = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits')
/** The public half of a code's hash: names it in lists and in the log. */
export const InviteId = Half.brand<'InviteId'>()
export type InviteId = z.infer<typeof InviteId>

/** What a server keeps of a code: its hash, in two halves. */
export const InviteHash = z.object({ id: InviteId, check: Half })
export type InviteHash = z.infer<typeof InviteHash>

/** Stands for the operator where otherwise a person issues codes. No handle begins with `_`. */
export const operator = '_operator'
export const Inviter = z.union([Handle, z.literal(operator)])
export type Inviter = z.infer<typeof Inviter>

/** `POST /v1/invites/:handle`: the code itself stays with whoever made it. */
export const IssueInviteBody = z.object({
  ...InviteHash.shape,
  uses: z.int().min(1).max(inviteLimits.uses).describe('How many may register by it'),
  expires_at: Timestamp.describe(`At most ${inviteLimits.days} days from now`),
})
export type IssueInviteBody = z.infer<typeof IssueInviteBody>

/** One code as its issuer sees it. */
export const Invite = z.object({
  id: InviteId,
  uses: z.int(),
  used: z.int(),
  created_at: Timestamp,
  expires_at: Timestamp,
  status: z.enum(['open', 'used_up', 'revoked', 'expired']),
})
export type Invite = z.infer<typeof Invite>

/** `GET /v1/invites/:handle` */
export const InviteList = z.object({
  invites: z.array(Invite).describe('Those that have not expired'),
  may_issue: z.boolean().describe('Whether the operator lets members issue codes'),
  limit: z.int().describe('How many may be open at once'),
})
export type InviteList = z.infer<typeof InviteList>

/** `POST /v1/register/check`: asks before anything else is done whether a code still admits. */
export const CheckInviteBody = z.object({ invite: z.string().max(64) })
export const CheckedInvite = z.object({ uses_left: z.int(), expires_at: Timestamp })
export type CheckedInvite = z.infer<typeof CheckedInvite>
