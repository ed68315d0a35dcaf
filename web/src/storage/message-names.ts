import type { PrimaryId } from '@kez-chat/identity'
import { messageTag, openMessage } from './message.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const atOnce = 200

/** Makes messages of earlier versions findable by their inner id, as all others are. */
export const nameOldMessages = async ({ db, rest }: Store, peers: ReadonlyMap<string, PrimaryId>): Promise<void> => {
  for (let from: number | undefined = 0; from !== undefined; ) {
    const range = IDBKeyRange.lowerBound(from, true)
    from = await transact(db, ['messages'], async (tx) => {
      const messages = tx.objectStore('messages')
      const rows = await messages.getAll(range, atOnce)
      for (const row of rows) {
        const { inner_id: id, delivery } = openMessage(rest, row)
        const from = delivery ? 'own' : peers.get(row.conversation)
        if (row.inner !== undefined || id === '' || from === undefined) continue
        await messages.put({ ...row, inner: messageTag(rest, id, from) })
      }
      return rows.at(-1)?.n
    })
  }
}
