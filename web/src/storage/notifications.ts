import { z } from 'zod'
import type { Store } from './store.ts'

const place = 'device/notifications'

const Record = z.object({
  v: z.literal(1),
  /** Whether this device is to be woken. */
  wanted: z.boolean(),
  /** The person does not want to be reminded that notifications are off. */
  nudge_dismissed: z.boolean().optional(),
  /** Another device of the same person has switched them off here. */
  removed_elsewhere: z.boolean().optional(),
})

/** What the person wants to be notified of on this device. */
export type Wish = Readonly<Omit<z.infer<typeof Record>, 'v'>>

export const readWish = async ({ db, rest }: Store): Promise<Wish> => {
  const box = await db.get('device', 'notifications')
  if (!box) return { wanted: false }
  const { v: _version, ...wish } = Record.parse(rest.open(place, box))
  return wish
}

export const writeWish = async ({ db, rest }: Store, wish: Wish): Promise<void> => {
  await db.put('device', rest.seal(place, { v: 1, ...wish }), 'notifications')
}
