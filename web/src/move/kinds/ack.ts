import { z } from 'zod'
import { ackTag, openAck, sealAck } from '../../storage/record-store.ts'
import { type Kind, orFlaw, rowsOf, takeEach } from '../kind.ts'

/** Confirmations that are still to be sent. */
export const ack: Kind = {
  kind: 'ack',
  async *write({ store }) {
    for await (const row of rowsOf(store, 'acks')) {
      yield orFlaw(() => ({ kind: 'ack', ...openAck(store.rest, row) }))
    }
  },
  take: takeEach(
    ['acks'],
    z.object({ key: z.string().max(1_024), value: z.unknown() }),
    async (tx, { key, value }, { store: { rest } }) => {
      const acks = tx.objectStore('acks')
      if ((await acks.getKey(ackTag(rest, key))) !== undefined) return 'known'
      await acks.put(sealAck(rest, { key, value }))
      return 'new'
    },
  ),
}
