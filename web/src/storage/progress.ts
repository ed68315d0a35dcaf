import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const place = 'device/progress'

export const ProgressFacts = z.object({
  /** When a first step was done, unix ms. */
  done: z.partialRecord(z.enum(['phrase', 'proof', 'lock', 'notifications', 'install']), z.number()),
  /** When all words of the recovery phrase were last entered correctly, unix ms. */
  proven_at: z.number().optional(),
  /** When the identity was brought to this device from elsewhere, unix ms. */
  restored_at: z.number().optional(),
  /** When everything was last exported, unix ms. */
  exported_at: z.number().optional(),
})
const Record = ProgressFacts.extend({ v: z.literal(1) })

/** How far the first steps on this device have come. */
export type Progress = Readonly<Omit<z.infer<typeof Record>, 'v'>>
export type FirstStep = keyof Progress['done']

export const sealProgress = (rest: AtRest, progress: Progress): Uint8Array<ArrayBuffer> =>
  rest.seal(place, { v: 1, ...progress })

export const readProgress = async ({ db, rest }: Store): Promise<Progress> => {
  const box = await db.get('device', 'progress')
  if (!box) return { done: {} }
  const { v: _version, ...progress } = Record.parse(rest.open(place, box))
  return progress
}

/** Changes what is noted, in one transaction: two tabs may note at the same time. */
export const changeProgress = ({ db, rest }: Store, change: (progress: Progress) => Progress): Promise<Progress> =>
  transact(db, ['device'], async (tx) => {
    const device = tx.objectStore('device')
    const box = await device.get('progress')
    const { v: _version, ...known } = box ? Record.parse(rest.open(place, box)) : { v: 1, done: {} }
    const next = change(known)
    await device.put(sealProgress(rest, next), 'progress')
    return next
  })
