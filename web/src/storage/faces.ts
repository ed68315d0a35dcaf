import { fromBase64url, toBase64url } from '@kez-chat/identity'
import type { VisualKey } from '@kez-chat/messaging/visual'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import { StorageError } from './errors.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { whole } from './whole.ts'

const maxPictureBytes = 512 * 1024
const mostKeys = 4

const Image = z.string().transform((text) => fromBase64url(text, maxPictureBytes))

const Shown = z.discriminatedUnion('kind', [
  /** There is none, or nothing that can be read. */
  z.object({ kind: z.literal('none') }),
  /** It is on some server, and never fetched. */
  z.object({ kind: z.literal('elsewhere') }),
  /** The picture: `face` was scrambled for strangers, `open` is for everybody. */
  z.object({ kind: z.enum(['face', 'open']), mime: z.enum(['image/png', 'image/jpeg']), data: Image }),
  /** Scrambled, and the key is not ours. */
  z.object({ kind: z.literal('noise'), salt: z.string(), data: Image }),
])

const Record = z.object({
  v: z.literal(1),
  /** Of which nostr key (hex) the profile is. */
  nostr: z.string(),
  /** When it was last asked for, unix ms. */
  asked_at: z.number(),
  /** The newest profile seen. */
  event: z.object({ id: z.string(), created_at: z.number() }).optional(),
  shown: Shown,
  /** Keys that came by message, the newest last: the picture may come after them. */
  keys: z.array(z.object({ key: z.string(), salt: z.string() })),
})

/** What somebody's picture is, as far as it may be shown. */
export type Shown = Readonly<z.infer<typeof Shown>>
/** What is known of somebody's picture. */
export type Face = Readonly<Omit<z.infer<typeof Record>, 'v'>>

export const unknownFace: Face = { nostr: '', asked_at: 0, shown: { kind: 'none' }, keys: [] }

type Row = { tag: string; box: Uint8Array<ArrayBuffer> }

const openFace = (rest: AtRest, { tag, box }: Row): Face => {
  const parsed = Record.safeParse(rest.open(`faces/${tag}`, box))
  if (!parsed.success) throw new StorageError('damaged', 'a picture is not as it was written')
  const { v: _version, ...face } = parsed.data
  return face
}

const sealFace = (rest: AtRest, tag: string, face: Face): Row => {
  const { shown } = face
  const written = 'data' in shown ? { ...shown, data: toBase64url(shown.data) } : shown
  return { tag, box: rest.seal(`faces/${tag}`, { v: 1, ...face, shown: written }) }
}

export const readFace = async ({ db, rest }: Store, tag: string): Promise<Face | undefined> => {
  const row = await db.get('faces', tag)
  return row && whole(() => openFace(rest, row))
}

/** Changes what is known, in one transaction, as long as there is talk with that person. */
export const changeFace = (store: Store, tag: string, change: (face: Face) => Face): Promise<void> =>
  transact(store.db, ['faces', 'conversations'], async (tx) => {
    if ((await tx.objectStore('conversations').getKey(tag)) === undefined) return
    const faces = tx.objectStore('faces')
    const row = await faces.get(tag)
    const face = row && whole(() => openFace(store.rest, row))
    await faces.put(sealFace(store.rest, tag, change(face ?? unknownFace)))
  })

/** What is stored of somebody's picture, with a key that came by message. */
export const faceWithKey = (rest: AtRest, tag: string, row: Row | undefined, { key, salt }: VisualKey): Row => {
  const face = (row && whole(() => openFace(rest, row))) ?? unknownFace
  const others = face.keys.filter((known) => known.salt !== salt)
  return sealFace(rest, tag, { ...face, keys: [...others, { key, salt }].slice(-mostKeys) })
}
