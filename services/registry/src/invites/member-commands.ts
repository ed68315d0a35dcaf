import {
  type CheckedInvite,
  type CheckInviteCommand,
  DomainError,
  type Handle,
  type Invite,
  type InviteList,
  type IssueInviteCommand,
  type ListInvitesCommand,
  type Primary,
  type RevokeInviteCommand,
} from '@kez-chat/contracts'
import type { CommandContext, CommandHandler } from '@kez-chat/runtime'
import { ownedBy } from '../handles/owned-by.ts'
import type { Settlement } from '../rotations/settle.ts'
import type { Invites } from './invites.ts'

export type MemberInvites = {
  invites: Invites
  settlement: Settlement
  /** Whether the operator lets members issue codes. */
  mayIssue: boolean
  /** Most open codes of a person. */
  perPerson: number
}

/** What members may do about invite codes: issue, list and revoke their own. */
export const createMemberInvites = ({ invites, settlement, mayIssue, perPerson }: MemberInvites) => {
  const owner = async (handle: Handle, primary: Primary, traceparent: string): Promise<Handle> => {
    const state = await settlement.handle(handle, traceparent)
    return ownedBy(state ?? { kind: 'free', seq: 0 }, primary).registered.handle
  }

  const issue: CommandHandler<IssueInviteCommand> = async (
    { handle, primary, ...wish },
    { traceparent }: CommandContext,
  ): Promise<Invite> => {
    if (!mayIssue) throw new DomainError('forbidden', 'here only the operator issues invite codes')
    return invites.issue(await owner(handle, primary, traceparent), wish, traceparent)
  }

  const list: CommandHandler<ListInvitesCommand> = async (
    { handle, primary },
    { traceparent }: CommandContext,
  ): Promise<InviteList> => ({
    invites: await invites.list(await owner(handle, primary, traceparent)),
    may_issue: mayIssue,
    limit: perPerson,
  })

  const revoke: CommandHandler<RevokeInviteCommand> = async (
    { handle, primary, id },
    { traceparent }: CommandContext,
  ): Promise<Invite> => invites.revoke(await owner(handle, primary, traceparent), id, traceparent)

  const check: CommandHandler<CheckInviteCommand> = (invite): Promise<CheckedInvite> => invites.check(invite)

  return { issue, list, revoke, check }
}
