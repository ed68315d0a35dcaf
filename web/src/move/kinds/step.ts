import { z } from 'zod'
import { type Kind, rowsOf, takeEach } from '../kind.ts'

const perRecord = 200
const Tag = z.string().max(64)
const Step = z.object({ tag: Tag, follows: Tag.optional(), inner: Tag, conversation: Tag, until: z.number() })
type Step = z.infer<typeof Step>

/** What each message of a person follows, shown or not, as keyed hashes: what puts late ones into their places. */
export const step: Kind = {
  kind: 'step',
  async *write({ store }) {
    let steps: Step[] = []
    for await (const row of rowsOf(store, 'steps')) {
      steps.push(row)
      if (steps.length < perRecord) continue
      yield { kind: 'step', steps }
      steps = []
    }
    if (steps.length > 0) yield { kind: 'step', steps }
  },
  take: takeEach(['steps'], z.object({ steps: z.array(Step).max(perRecord) }), async (tx, { steps }, { sameKey }) => {
    // Under another storage key these hashes are of nothing that is here.
    if (!sameKey) return 'known'
    let isNew = false
    for (const { follows, ...row } of steps) {
      if ((await tx.objectStore('steps').getKey(row.tag)) !== undefined) continue
      await tx.objectStore('steps').put({ ...row, ...(follows === undefined ? {} : { follows }) })
      isNew = true
    }
    return isNew ? 'new' : 'known'
  }),
}
