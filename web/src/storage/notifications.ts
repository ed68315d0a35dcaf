import { z } from 'zod'
import type { Store } from './store.ts'

const place = 'device/notifications'

const Record = z.object({
  v: z.literal(1),
  /** Whether this device is to be woken. */
  wanted: z.boolean(),
  /** The person was asked when they came in, and said not now. */
  asked: z.boolean().optional(),
  /** The person does not want to be reminded that notifications are off. */
  nudge_dismissed: z.boolean().optional(),
  /** Another device of the same person has switched them off here. */
  removed_elsewhere: z.boolean().optional(),
})

/** What the person wants to be notified of on this device. */
export type Wish = Readonly<Omit<z.infer<typeof Record>, 'v'>>

const TellingRecord = z.object({
  v: z.literal(1),
  sound: z.boolean(),
  /** Whether notifications say who writes and what, where they can. */
  previews: z.boolean(),
  /** The person was told once that the app can be installed. */
  install_dismissed: z.boolean().optional(),
})

/** How the person is told of what comes while the app is open. */
export type Telling = Readonly<Omit<z.infer<typeof TellingRecord>, 'v'>>

const tellingPlace = 'device/telling'
const firstTelling: Telling = { sound: true, previews: false }

export const readTelling = async ({ db, rest }: Store): Promise<Telling> => {
  const box = await db.get('device', 'telling')
  if (!box) return firstTelling
  const { v: _version, ...telling } = TellingRecord.parse(rest.open(tellingPlace, box))
  return telling
}

export const writeTelling = async ({ db, rest }: Store, telling: Telling): Promise<void> => {
  await db.put('device', rest.seal(tellingPlace, { v: 1, ...telling }), 'telling')
}

export const readWish = async ({ db, rest }: Store): Promise<Wish> => {
  const box = await db.get('device', 'notifications')
  if (!box) return { wanted: false }
  const { v: _version, ...wish } = Record.parse(rest.open(place, box))
  return wish
}

export const writeWish = async ({ db, rest }: Store, wish: Wish): Promise<void> => {
  await db.put('device', rest.seal(place, { v: 1, ...wish }), 'notifications')
}
