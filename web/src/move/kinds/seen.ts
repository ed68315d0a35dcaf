import { z } from 'zod'
import { openSeen, sealSeen } from '../../storage/record-store.ts'
import { type Kind, orFlaw, takeEach } from '../kind.ts'

/** The relay events handled last. */
export const seen: Kind = {
  kind: 'seen',
  async *write({ store: { db, rest } }) {
    const box = await db.get('device', 'seen')
    if (box) yield orFlaw(() => ({ kind: 'seen', ids: openSeen(rest, box) }))
  },
  take: takeEach(
    ['device'],
    z.object({ ids: z.array(z.string().max(64)).max(20_000) }),
    async (tx, { ids }, { store: { rest }, fresh }) => {
      // A device that goes on by itself knows what it has seen.
      if (!fresh) return 'known'
      await tx.objectStore('device').put(sealSeen(rest, ids), 'seen')
      return 'new'
    },
  ),
}
