import type { Conversation } from '../storage/conversation.ts'
import type { Summary } from '../storage/conversations.ts'
import { isMuted } from '../storage/muted.ts'

/** Every conversation is in one of these lists. */
export type Group = 'chats' | 'requests' | 'archived' | 'blocked'

export const groupOf = ({ standing, archived }: Conversation): Group => {
  if (standing === 'request') return 'requests'
  if (standing === 'blocked') return 'blocked'
  return archived ? 'archived' : 'chats'
}

type Summaries = ReadonlyMap<string, Summary>

/** The conversations of a list: newest talk first; those without a message stand where they were begun. */
export const listOf = (summaries: Summaries, group: Group): Summary[] =>
  [...summaries.values()]
    .filter(({ conversation }) => groupOf(conversation) === group)
    .sort((a, b) => stamp(b) - stamp(a))

export const countOf = (summaries: Summaries, group: Group): number => {
  let count = 0
  for (const { conversation } of summaries.values()) if (groupOf(conversation) === group) count++
  return count
}

const stamp = ({ conversation, last }: Summary): number => last?.at || conversation.created_at

/** What the reader wants to be told of: nothing of strangers, nothing muted. */
export const unreadTotal = (summaries: Summaries, now: number): number => {
  let total = 0
  for (const { conversation } of summaries.values()) {
    if (groupOf(conversation) === 'chats' && !isMuted(conversation, now)) total += conversation.unread
  }
  return total
}
