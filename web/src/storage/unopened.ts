import { z } from 'zod'
import type { Store } from './store.ts'

const Record = z.object({
  v: z.literal(1),
  /** Code of the reason. */
  reason: z.string(),
  received_at: z.number(),
  /** The message as it came: a later version may be able to open it. */
  message: z.unknown(),
})
export type Unopened = Omit<z.infer<typeof Record>, 'v'>

/** Keeps what could not be opened, and moves the cursor past it: it must not hold up what comes after. */
export const storeUnopened = async ({ db, rest }: Store, seq: number, unopened: Unopened): Promise<void> => {
  const tx = db.transaction(['cursor', 'unopened'], 'readwrite')
  if (seq > ((await tx.objectStore('cursor').get('inbox')) ?? 0)) {
    await tx.objectStore('cursor').put(seq, 'inbox')
    await tx.objectStore('unopened').put({ seq, box: rest.seal(`unopened/${seq}`, { v: 1, ...unopened }) })
  }
  await tx.done
}

export const listUnopened = async ({ db, rest }: Store): Promise<Unopened[]> =>
  (await db.getAll('unopened')).map(({ seq, box }) => Record.parse(rest.open(`unopened/${seq}`, box)))

export const forgetUnopened = async ({ db }: Store): Promise<void> => {
  await db.clear('unopened')
}
