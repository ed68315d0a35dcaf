import { z } from 'zod'
import { ChainHead, ChainId } from './chains.ts'
import { DirectoryEntry } from './directory.ts'
import { ErrorCode } from './errors.ts'
import { BindTransportBody, RegisterBody, SetProofsBody } from './http.ts'
import { InviteHash, InviteId, IssueInviteBody } from './invites.ts'
import { Handle, Primary } from './primitives.ts'

/** `kez.registry.v1.register`: the signed envelope as it was posted, and the hash of the code beside it. Answers with the directory entry of the registration. */
export const RegisterCommand = z.object({ registration: RegisterBody, invite: InviteHash.optional() })
export type RegisterCommand = z.infer<typeof RegisterCommand>

/** `kez.registry.v1.bind_transport`: the gateway has checked that the request is signed by `primary`, owner of `handle`. */
export const BindTransportCommand = z.object({ handle: Handle, primary: Primary, ...BindTransportBody.shape })
export type BindTransportCommand = z.infer<typeof BindTransportCommand>

/** `kez.registry.v1.set_proofs`: the gateway has checked that the request is signed by `primary`, owner of `handle`. */
export const SetProofsCommand = z.object({ handle: Handle, primary: Primary, ...SetProofsBody.shape })
export type SetProofsCommand = z.infer<typeof SetProofsCommand>

/** `kez.registry.v1.check_proofs`: somebody looked a person up whose proofs nobody has looked at lately. No answer is awaited. */
export const CheckProofsCommand = z.object({ handle: Handle })
export type CheckProofsCommand = z.infer<typeof CheckProofsCommand>

/** `kez.registry.v1.append_chain`: the signed event as it was posted. Answers with the head that it made. */
export const AppendChainCommand = ChainId.extend({ event: z.record(z.string(), z.unknown()) })
export type AppendChainCommand = z.infer<typeof AppendChainCommand>

/** The gateway has checked that the request is signed by `primary`, owner of `handle`. */
const Owned = z.object({ handle: Handle, primary: Primary })

/** `kez.registry.v1.issue_invite`. Answers with the `Invite`. */
export const IssueInviteCommand = Owned.extend(IssueInviteBody.shape)
export type IssueInviteCommand = z.infer<typeof IssueInviteCommand>

/** `kez.registry.v1.list_invites`. Answers with the `InviteList`. */
export const ListInvitesCommand = Owned
export type ListInvitesCommand = z.infer<typeof ListInvitesCommand>

/** `kez.registry.v1.revoke_invite`. Answers with the `Invite`. */
export const RevokeInviteCommand = Owned.extend({ id: InviteId })
export type RevokeInviteCommand = z.infer<typeof RevokeInviteCommand>

/** `kez.registry.v1.check_invite`. Answers with the `CheckedInvite`. */
export const CheckInviteCommand = InviteHash
export type CheckInviteCommand = z.infer<typeof CheckInviteCommand>

/** Every command's reply: a result or an error with a stable code. */
export const reply = <T extends z.ZodType>(result: T) =>
  z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), result }),
    z.object({
      ok: z.literal(false),
      error: z.object({ code: ErrorCode, message: z.string(), retry_after: z.number().optional() }),
    }),
  ])

export const RegisterReply = reply(DirectoryEntry)
export const BindTransportReply = reply(DirectoryEntry)
export const SetProofsReply = reply(DirectoryEntry)
export const AppendChainReply = reply(ChainHead)
export const VapidKeyReply = reply(z.object({ key: z.string() }))
