import { z } from 'zod'
import type { Store } from './store.ts'

const place = 'device/moving'
const Record = z.object({
  v: z.literal(1),
  /** Names the file: its salt, base64url. */
  file: z.string(),
  /** The number of the last message that was here before. */
  before: z.number().min(0),
})

/** An import that has begun and has not ended. */
export type Moving = Readonly<Omit<z.infer<typeof Record>, 'v'>>

export const readMoving = async ({ db, rest }: Store): Promise<Moving | undefined> => {
  const box = await db.get('device', 'moving')
  if (!box) return undefined
  const { v: _version, ...moving } = Record.parse(rest.open(place, box))
  return moving
}

export const writeMoving = async ({ db, rest }: Store, moving: Moving): Promise<void> => {
  await db.put('device', rest.seal(place, { v: 1, ...moving }), 'moving')
}

export const forgetMoving = async ({ db }: Store): Promise<void> => {
  await db.delete('device', 'moving')
}
