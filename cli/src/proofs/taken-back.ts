import type { Chain } from '@kez-chat/identity'

/** Why a claim about `subject` no longer counts by the sigchain of its key; undefined while it does. */
export const takenBack = ({ primary, status, subjects }: Chain, subject: string): string | undefined => {
  if (status.kind === 'revoked') return `${primary} ended itself in its sigchain`
  if (status.kind === 'rotated') return `${primary} was rotated to ${status.to} in its sigchain`
  return subjects.get(subject)?.status === 'revoked' ? `${primary} took ${subject} back in its sigchain` : undefined
}
