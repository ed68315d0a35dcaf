import { jcs } from '@kez-chat/identity'
import { z } from 'zod'
import { mostUnopened, openUnopened, sealUnopened, Unopened } from '../../storage/unopened.ts'
import { type Kind, orFlaw, rowsOf, takeEach } from '../kind.ts'

/** What came and could not be opened: a later version may be able to. */
export const unopened: Kind = {
  kind: 'unopened',
  async *write({ store }) {
    for await (const row of rowsOf(store, 'unopened')) {
      yield orFlaw(() => ({ kind: 'unopened', seq: row.seq, ...openUnopened(store.rest, row) }))
    }
  },
  take: takeEach(
    ['unopened'],
    Unopened.extend({ seq: z.union([z.string().max(64), z.int()]) }),
    async (tx, { seq: kept, ...value }, { store: { rest }, sameKey }) => {
      const store = tx.objectStore('unopened')
      const seq = sameKey ? kept : rest.tag('unopened', jcs(value.message))
      if ((await store.getKey(seq)) !== undefined) return 'known'
      if ((await store.count()) >= mostUnopened) return { flaw: 'full' }
      await store.put(sealUnopened(rest, seq, value))
      return 'new'
    },
  ),
}
