import { changeProgress, ProgressFacts, readProgress } from '../../storage/progress.ts'
import type { Kind } from '../kind.ts'

const OfPerson = ProgressFacts.pick({ done: true, proven_at: true })

/** Whether the person has written down and proven their words. What was set up on a device is of that device. */
export const progress: Kind = {
  kind: 'progress',
  async *write({ store }) {
    const { done, proven_at: provenAt } = await readProgress(store)
    const { phrase, proof } = done
    yield {
      ...{ kind: 'progress', done: { ...(phrase ? { phrase } : {}), ...(proof ? { proof } : {}) } },
      ...(provenAt === undefined ? {} : { proven_at: provenAt }),
    }
  },
  take: async ({ store }, [record]) => {
    const { data, success } = OfPerson.safeParse(record)
    if (!success) return [{ flaw: 'malformed' }]
    await changeProgress(store, (here) => {
      const proven = Math.max(here.proven_at ?? 0, data.proven_at ?? 0)
      return { ...here, done: { ...data.done, ...here.done }, ...(proven > 0 ? { proven_at: proven } : {}) }
    })
    return ['new']
  },
}
