import { z } from 'zod'
import { type Kind, rowsOf, takeEach } from '../kind.ts'

const perRecord = 500
const Marks = z.object({ marks: z.array(z.tuple([z.string().max(64), z.number()])).max(perRecord) })

/**
 * What must not be shown or confirmed a second time, as keyed hashes. Under another storage key they say nothing; there
 * the messages themselves, which come along, are remembered anew.
 */
const marksIn = (kind: 'guard' | 'acknowledged'): Kind => ({
  kind,
  async *write({ store }) {
    let marks: [string, number][] = []
    for await (const { tag, until } of rowsOf(store, kind)) {
      marks.push([tag, until])
      if (marks.length < perRecord) continue
      yield { kind, marks }
      marks = []
    }
    if (marks.length > 0) yield { kind, marks }
  },
  take: takeEach([kind], Marks, async (tx, { marks }, { sameKey }) => {
    if (!sameKey) return 'known'
    const memory = tx.objectStore(kind)
    let isNew = false
    for (const [tag, until] of marks) {
      if ((await memory.getKey(tag)) !== undefined) continue
      await memory.put({ tag, until })
      isNew = true
    }
    return isNew ? 'new' : 'known'
  }),
})

export const guard = marksIn('guard')
export const acknowledged = marksIn('acknowledged')
