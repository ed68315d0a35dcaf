import { parsePrimary } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import type { Conversation } from '../storage/conversation.ts'
import type { Summary } from '../storage/conversations.ts'
import { countOf, type Group, listOf, unreadTotal } from './groups.ts'

const primary = parsePrimary(`ed25519:${'ab'.repeat(32)}`)

const summaries = (...facts: Partial<Conversation>[]): ReadonlyMap<string, Summary> =>
  new Map(
    facts.map((fact, i) => {
      const tag = fact.tag ?? `t${i}`
      return [tag, { conversation: { primary, unread: 0, created_at: i, ...fact, tag }, last: undefined, draft: '' }]
    }),
  )

const tags = (list: readonly Summary[]): string[] => list.map(({ conversation }) => conversation.tag)

const some = summaries(
  { tag: 'old', unread: 1 },
  { tag: 'accepted', standing: 'accepted', unread: 2 },
  { tag: 'muted', muted: true, unread: 4 },
  { tag: 'archived', archived: true, muted: true, unread: 8 },
  { tag: 'stranger', standing: 'request', unread: 16 },
  { tag: 'blocked', standing: 'blocked', archived: true, unread: 32 },
)

describe('the lists', () => {
  it.each<[Group, string[]]>([
    ['chats', ['muted', 'accepted', 'old']],
    ['requests', ['stranger']],
    ['archived', ['archived']],
    ['blocked', ['blocked']],
  ])('%s has what belongs there and nothing else, newest first', (group, expected) => {
    expect(tags(listOf(some, group))).toEqual(expected)
    expect(countOf(some, group)).toBe(expected.length)
  })

  it('count as unread what the reader wants to be told of: nothing muted, no strangers, nobody blocked', () => {
    expect(unreadTotal(some, 0)).toBe(3)
    const until = summaries({ muted_until: 1_000, unread: 1 })
    expect([unreadTotal(until, 999), unreadTotal(until, 1_000)]).toEqual([0, 1])
  })
})
