import { groupOf } from '../chats/groups.ts'
import type { Summary } from '../storage/conversations.ts'
import { isMuted } from '../storage/muted.ts'

type Summaries = ReadonlyMap<string, Summary>

/** The conversations in which something has come that nobody has seen yet. */
export const arrivalsBetween = (before: Summaries, after: Summaries): Summary[] =>
  [...after.values()].filter(
    ({ conversation: { tag, unread } }) => unread > (before.get(tag)?.conversation.unread ?? 0),
  )

/** What the reader wants to be told of: as it is counted, nothing of strangers and nothing muted. */
export const worthTelling = (came: readonly Summary[], now: number): Summary[] =>
  came.filter(({ conversation }) => groupOf(conversation) === 'chats' && !isMuted(conversation, now))
