import type { ThreadLinksState } from '@kez-chat/messaging'
import { conversationTag } from '../../storage/conversation.ts'
import { clearGaps, Links, openLinks, sealLinks } from '../../storage/gaps.ts'
import { messageTag } from '../../storage/message.ts'
import { type Kind, orFlaw, takeEach } from '../kind.ts'
import { Peer } from './conversation.ts'

const mostTips = 256
const mostPassed = 512

/** What is known in two places of which message follows which; gaps are closed that the other one has filled. */
const merged = (here: ThreadLinksState, there: ThreadLinksState): ThreadLinksState => {
  const passed = new Set([...there.passed, ...here.passed])
  const tips = new Set([...there.tips, ...here.tips].filter((hash) => !passed.has(hash)))
  const gaps = new Map([...there.gaps, ...here.gaps].map((gap) => [gap.missing, gap]))
  for (const { missing } of [...gaps.values()]) {
    if (tips.delete(missing)) passed.add(missing)
    if (passed.has(missing)) gaps.delete(missing)
  }
  const earliest = Math.min(here.earliest ?? Number.POSITIVE_INFINITY, there.earliest ?? Number.POSITIVE_INFINITY)
  return {
    ...{ tips: [...tips].slice(-mostTips), passed: [...passed].slice(-mostPassed), gaps: [...gaps.values()] },
    ...(Number.isFinite(earliest) ? { earliest } : {}),
  }
}

/** Which of a person's messages follow which: what tells that one is missing. */
export const links: Kind = {
  kind: 'links',
  async *write({ store: { db, rest }, peers }) {
    for (const row of await db.getAll('links')) {
      const peer = peers.get(row.tag)
      if (!peer) yield { flaw: 'nobody' }
      else yield orFlaw(() => ({ kind: 'links', with: peer, ...openLinks(rest, row) }))
    }
  },
  take: takeEach(
    ['links', 'messages', 'steps'],
    Links.extend({ with: Peer }),
    async (tx, { with: peer, earliest, ...lists }, { store: { rest } }) => {
      const tag = conversationTag(rest, peer)
      const there = { ...lists, ...(earliest === undefined ? {} : { earliest }) }
      const row = await tx.objectStore('links').get(tag)
      const here = row && openLinks(rest, row)
      const next = here ? merged(here, there) : there
      await tx.objectStore('links').put(sealLinks(rest, tag, next))
      const open = new Set(next.gaps.map(({ before }) => before))
      const closed = [...(here?.gaps ?? []), ...there.gaps].map(({ before }) => before).filter((id) => !open.has(id))
      const messages = tx.objectStore('messages')
      const find = (inner: string): Promise<number | undefined> => messages.index('inner').getKey(inner)
      const inners = closed.map((id) => messageTag(rest, id, peer))
      await clearGaps({ messages, steps: tx.objectStore('steps') }, rest, find, inners)
      return row ? 'known' : 'new'
    },
  ),
}
