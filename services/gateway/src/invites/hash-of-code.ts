import { DomainError, InviteCode, InviteHash } from '@kez-chat/contracts'
import { inviteHash } from '@kez-chat/identity'

/** What the registry is told of a code: the code itself goes no further than this. @throws {DomainError} `invite_invalid` */
export const hashOfCode = (text: unknown): InviteHash => {
  const code = InviteCode.safeParse(text)
  if (!code.success) throw new DomainError('invite_invalid', 'there is no such invite code')
  return InviteHash.parse(inviteHash(code.data))
}
