import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Store } from './store.ts'

const place = 'device/moved'

/** Of a page that people could have been at: https, or http on this very device. */
const isOrigin = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (
    url?.origin === text && (url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost'))
  )
}

export const MovedAccount = z.object({
  v: z.literal(1),
  handle: z.string().max(64),
  server: z.string().max(300),
  /** Origin of the server, which its name alone does not tell. */
  base_url: z.string().max(500).refine(isOrigin).optional(),
  /** How far its inbox was read. */
  cursor: z.int().min(0),
})

/** The handle that an import has brought, until it is decided which one this device uses. */
export type Moved = Readonly<Omit<z.infer<typeof MovedAccount>, 'v'>>

export const sealMoved = (rest: AtRest, moved: Moved): Uint8Array<ArrayBuffer> => rest.seal(place, { v: 1, ...moved })

export const readMoved = async ({ db, rest }: Store): Promise<Moved | undefined> => {
  const box = await db.get('device', 'moved')
  if (!box) return undefined
  const { v: _version, ...moved } = MovedAccount.parse(rest.open(place, box))
  return moved
}
