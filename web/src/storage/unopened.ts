import { z } from 'zod'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const Record = z.object({
  v: z.literal(1),
  /** Code of the reason. */
  reason: z.string(),
  received_at: z.number(),
  /** The message as it came: a later version may be able to open it. */
  message: z.unknown(),
})
export type Unopened = Omit<z.infer<typeof Record>, 'v'>

// Anybody can send what does not open; what is kept of it is bounded, and enough to see that something goes on.
const mostKept = 500

/** Keeps what could not be opened, each once: `id` is the id of its sealed bytes, whichever way they came. */
export const storeUnopened = async ({ db, rest }: Store, id: string, unopened: Unopened): Promise<void> => {
  const seq = rest.tag('unopened', id)
  await transact(db, ['unopened'], async (tx) => {
    const kept = tx.objectStore('unopened')
    if ((await kept.getKey(seq)) !== undefined || (await kept.count()) >= mostKept) return
    await kept.put({ seq, box: rest.seal(`unopened/${seq}`, { v: 1, ...unopened }) })
  })
}

export const listUnopened = async ({ db, rest }: Store): Promise<Unopened[]> =>
  (await db.getAll('unopened')).map(({ seq, box }) => Record.parse(rest.open(`unopened/${seq}`, box)))

export const forgetUnopened = async ({ db }: Store): Promise<void> => {
  await db.clear('unopened')
}
