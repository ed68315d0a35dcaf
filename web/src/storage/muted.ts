import type { Conversation } from './conversation.ts'

/** Whether nothing is told of it at this time. By itself: the first page counts what is unread, and needs no schema for it. */
export const isMuted = (
  { muted, muted_until: until }: Pick<Conversation, 'muted' | 'muted_until'>,
  now: number,
): boolean => muted === true || (until !== undefined && until > now)
