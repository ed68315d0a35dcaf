import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

export const Unopened = z.object({
  /** Code of the reason. */
  reason: z.string(),
  received_at: z.number(),
  /** The message as it came: a later version may be able to open it. */
  message: z.unknown(),
})
const Record = Unopened.extend({ v: z.literal(1) })
export type Unopened = z.infer<typeof Unopened>

// Anybody can send what does not open; what is kept of it is bounded, and enough to see that something goes on.
export const mostUnopened = 500

type Row = Schema['unopened']['value']

export const sealUnopened = (rest: AtRest, seq: Row['seq'], unopened: Unopened): Row => ({
  seq,
  box: rest.seal(`unopened/${seq}`, { v: 1, ...unopened }),
})

export const openUnopened = (rest: AtRest, { seq, box }: Row): Unopened => {
  const { v: _version, ...unopened } = Record.parse(rest.open(`unopened/${seq}`, box))
  return unopened
}

/** Keeps what could not be opened, each once: `id` is the id of its sealed bytes, whichever way they came. */
export const storeUnopened = async ({ db, rest }: Store, id: string, unopened: Unopened): Promise<void> => {
  const seq = rest.tag('unopened', id)
  await transact(db, ['unopened'], async (tx) => {
    const kept = tx.objectStore('unopened')
    if ((await kept.getKey(seq)) !== undefined || (await kept.count()) >= mostUnopened) return
    await kept.put(sealUnopened(rest, seq, unopened))
  })
}

export const listUnopened = async ({ db, rest }: Store): Promise<Unopened[]> =>
  (await db.getAll('unopened')).map((row) => openUnopened(rest, row))

export const forgetUnopened = async ({ db }: Store): Promise<void> => {
  await db.clear('unopened')
}
