import { z } from 'zod'
import type { Store } from './store.ts'

const place = 'device/manners'

const Record = z.object({
  v: z.literal(1),
  /** The home server to which the transport key was bound. */
  bound: z.string().optional(),
  /** What was published last (handle and relays), and the relays that have it. */
  published: z.object({ what: z.string(), by: z.array(z.string()) }).optional(),
})

/** What others were told about this identity's nostr key. */
export type Manners = Readonly<Omit<z.infer<typeof Record>, 'v'>>

export const readManners = async ({ db, rest }: Store): Promise<Manners> => {
  const box = await db.get('device', 'manners')
  if (!box) return {}
  const { v: _version, ...manners } = Record.parse(rest.open(place, box))
  return manners
}

/** One tab at a time, the one that leads, writes this. */
export const writeManners = async ({ db, rest }: Store, manners: Manners): Promise<void> => {
  await db.put('device', rest.seal(place, { v: 1, ...manners }), 'manners')
}
