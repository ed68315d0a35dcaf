import { z } from 'zod'
import { openPerson, type Person, PersonFacts, type ProofMemo, personTag, sealPerson } from '../../storage/person.ts'
import { type Kind, orFlaw, takeEach } from '../kind.ts'
import { Peer } from './conversation.ts'

/** The newest of each looker for each subject. */
const newest = (memos: readonly ProofMemo[]): ProofMemo[] => [
  ...new Map(memos.toSorted((a, b) => a.at - b.at).map((memo) => [`${memo.by} ${memo.subject}`, memo])).values(),
]

const merged = (here: Person, there: Person): Person => {
  const chain = (there.chain?.length ?? 0) > (here.chain?.length ?? 0) ? there.chain : here.chain
  // That a key has signed two histories is never forgotten.
  const alarm = [here.alarm, there.alarm].find((each) => each?.kind === 'fork') ?? here.alarm
  return {
    ...there,
    ...here,
    checks: newest([...there.checks, ...here.checks]),
    ...(chain ? { chain } : {}),
    ...(alarm ? { alarm } : {}),
  }
}

/** What is known of a person beside the talk with them: their history, what was found at the places of their claims. */
export const person: Kind = {
  kind: 'person',
  async *write({ store: { db, rest }, peers }) {
    for (const row of await db.getAll('people')) {
      const peer = peers.get(row.tag)
      yield orFlaw(() => ({
        kind: 'person',
        ...(peer ? { peer } : { tag: row.tag }),
        ...openPerson(rest, row),
      }))
    }
  },
  take: takeEach(
    ['people'],
    PersonFacts.extend({ peer: Peer.optional(), tag: z.string().max(64).optional() }),
    async (tx, { peer, tag: kept, ...there }, { store: { rest }, sameKey }) => {
      // Somebody who was looked up and not written to is known by the tag alone, which another key does not make.
      const tag = peer ? personTag(rest, peer) : sameKey ? kept : undefined
      if (tag === undefined) return { flaw: 'nobody' }
      const row = await tx.objectStore('people').get(tag)
      await tx.objectStore('people').put(sealPerson(rest, tag, row ? merged(openPerson(rest, row), there) : there))
      return row ? 'known' : 'new'
    },
  ),
}
