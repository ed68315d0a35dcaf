import { z } from 'zod'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const place = 'device/choices'

export const ChosenByPerson = z.object({
  /** The person's own relay list; absent = what the home server recommends. */
  relays: z.array(z.string()).max(32).optional(),
  /** Whether others learn that their messages have arrived. */
  confirmations: z.boolean(),
})

const Record = ChosenByPerson.extend({
  v: z.literal(1),
  /** The relays that the home server listens on, as it last said. */
  announced: z.array(z.string()).max(32).optional(),
})

/** What the person has chosen about sending and receiving, and what the choice falls back on. */
export type StoredChoices = Readonly<Omit<z.infer<typeof Record>, 'v'>>

const first: StoredChoices = { confirmations: true }

const opened = ({ rest }: Store, box: Uint8Array | undefined): StoredChoices => {
  if (!box) return first
  const { v: _version, ...choices } = Record.parse(rest.open(place, box))
  return choices
}

export const readChoices = async (store: Store): Promise<StoredChoices> =>
  opened(store, await store.db.get('device', 'choices'))

/** Changes the choices, in one transaction: two tabs may change them at the same time. */
export const changeChoices = (store: Store, change: Partial<StoredChoices>): Promise<StoredChoices> =>
  transact(store.db, ['device'], async (tx) => {
    const device = tx.objectStore('device')
    const next = { ...opened(store, await device.get('choices')), ...change }
    await device.put(store.rest.seal(place, { v: 1, ...next }), 'choices')
    return next
  })
