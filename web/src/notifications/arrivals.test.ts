import { parsePrimary } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import type { Conversation } from '../storage/conversation.ts'
import type { Summary } from '../storage/conversations.ts'
import { arrivalsBetween, worthTelling } from './arrivals.ts'
import { wordsFor } from './preview.ts'

const primary = parsePrimary(`ed25519:${'ab'.repeat(32)}`)

const summary = (facts: Partial<Conversation> & { tag: string }, text = 'Hello', at = 1): Summary => ({
  conversation: { primary, unread: 1, created_at: 0, ...facts },
  last: { v: 1, n: 1, inner_id: 'x', body: { type: 'text', text }, at },
  draft: '',
})

const all = (...list: Summary[]): ReadonlyMap<string, Summary> =>
  new Map(list.map((one) => [one.conversation.tag, one]))
const tags = (list: readonly Summary[]): string[] => list.map(({ conversation }) => conversation.tag)

describe('what has come', () => {
  it('is where more is unread than before, also in a conversation that is new', () => {
    const before = all(summary({ tag: 'same', unread: 2 }), summary({ tag: 'more', unread: 2 }))
    const after = all(
      ...[summary({ tag: 'same', unread: 2 }), summary({ tag: 'more', unread: 3 }), summary({ tag: 'new' })],
      summary({ tag: 'empty', unread: 0 }),
    )
    expect(tags(arrivalsBetween(before, after))).toEqual(['more', 'new'])
    expect(arrivalsBetween(after, before)).toEqual([])
  })

  it('is told of when it is counted too: no strangers, nobody blocked, nothing muted as long as it is', () => {
    const came = [
      summary({ tag: 'friend', standing: 'accepted' }),
      summary({ tag: 'stranger', standing: 'request' }),
      summary({ tag: 'blocked', standing: 'blocked' }),
      summary({ tag: 'muted', muted: true }),
      summary({ tag: 'muted until', muted_until: 1_000 }),
    ]
    expect(tags(worthTelling(came, 999))).toEqual(['friend'])
    expect(tags(worthTelling(came, 1_000))).toEqual(['friend', 'muted until'])
  })
})

describe('a notification of the app', () => {
  const came = [
    summary({ tag: 'a', handle: 'anna@kez.test' }, 'first', 1),
    summary({ tag: 'b', handle: 'bob@kez.test' }, 'x'.repeat(500), 2),
  ]

  it('says who wrote last and the beginning of what, where that is wanted', () => {
    expect(wordsFor(came, true, 'kez.test')).toEqual({ title: 'bob', body: 'x'.repeat(200) })
  })

  it('says nothing of it otherwise', () => {
    expect(wordsFor(came, false, 'kez.test')).toEqual({ title: 'kez', body: 'Something new has come.' })
    expect(wordsFor([], true, 'kez.test')).toEqual({ title: 'kez', body: 'Something new has come.' })
  })
})
