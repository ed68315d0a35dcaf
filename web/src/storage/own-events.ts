import { jcs } from '@kez-chat/identity'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const place = 'device/events'
const Record = z.object({ v: z.literal(1), events: z.array(z.unknown()) })

const open = (rest: AtRest, box: Uint8Array | undefined): unknown[] =>
  box ? Record.parse(rest.open(place, box)).events : []

/**
 * Keeps events of the own sigchain that came with an import, until the home server has them; each once. Returns which of
 * them were new.
 */
export const keepEvents = ({ db, rest }: Store, events: readonly unknown[]): Promise<boolean[]> =>
  transact(db, ['device'], async (tx) => {
    const device = tx.objectStore('device')
    const known = open(rest, await device.get('events'))
    const seen = new Set(known.map((event) => jcs(event)))
    const isNew = events.map((event) => !seen.has(jcs(event)))
    const all = [...known, ...events.filter((_event, i) => isNew[i])]
    await device.put(rest.seal(place, { v: 1, events: all }), 'events')
    return isNew
  })

export const readEvents = async ({ db, rest }: Store): Promise<unknown[]> =>
  open(rest, await db.get('device', 'events'))

/** The home server has them. */
export const forgetEvents = async ({ db }: Store): Promise<void> => {
  await db.delete('device', 'events')
}
