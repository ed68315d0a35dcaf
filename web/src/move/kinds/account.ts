import { readCursor } from '../../storage/incoming.ts'
import { MovedAccount, sealMoved } from '../../storage/moved.ts'
import { type Kind, takeEach } from '../kind.ts'

/**
 * The handle, where it is, and how far its inbox was read. Whether it stays the handle here is asked when all is here: it
 * goes by the server.
 */
export const account: Kind = {
  kind: 'account',
  async *write({ store, account }) {
    if (!account) return
    yield { kind: 'account', ...account, cursor: await readCursor(store) }
  },
  take: takeEach(['device', 'account'], MovedAccount.omit({ v: true }), async (tx, moved, { store: { rest } }) => {
    if ((await tx.objectStore('account').count()) > 0) return 'known'
    await tx.objectStore('device').put(sealMoved(rest, moved), 'moved')
    return 'new'
  }),
}
