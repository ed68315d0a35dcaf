import { fromBase64url, toBase64url } from '@kez-chat/identity'
import { type NostrEvent, parseNostrEvent } from '@kez-chat/messaging/nostr'
import type { VisualKey } from '@kez-chat/messaging/visual'
import type { OutgoingRecord } from '@kez-chat/nostr-client'
import { z } from 'zod'
import { outgoingTag } from './forget-message.ts'
import { sealOutgoing } from './outgoing.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { whole } from './whole.ts'

const place = 'device/picture'
const maxPictureBytes = 128 * 1024

const Image = z.string().transform((text) => fromBase64url(text, maxPictureBytes))

const Record = z.object({
  v: z.literal(1),
  picture: z
    .object({
      /** PNG of at most 112 px a side: what is scrambled. Absent where a profile had only a JPEG. */
      png: Image.optional(),
      /** JPEG of 256 px a side; absent where only the published picture is known. */
      jpeg: Image.optional(),
      /** Whether strangers see it scrambled. */
      visual: z.boolean(),
      key: z.string(),
      salt: z.string(),
    })
    .optional(),
  /** When the person last chose on this device, unix ms. */
  chosen_at: z.number(),
  /** The address of the picture that another program had put into the profile, and that ours stands in for. */
  replaced: z.string().optional(),
  /** The conversations whose people were given the key of this picture: in the profile, or by message. */
  given: z.array(z.string()),
  /** The inner ids of the messages that carried it. */
  told: z.array(z.string()),
  /** The profile as it is published, and the relays that have it. */
  event: z.unknown().optional(),
  by: z.array(z.string()),
  /** Why it could not be published. */
  problem: z.enum(['too_large']).optional(),
})

/** The own picture. Key and salt are fresh with each picture, and whenever somebody is not to see it any more. */
export type Picture = VisualKey & {
  readonly png?: Uint8Array<ArrayBuffer>
  readonly jpeg?: Uint8Array<ArrayBuffer>
  readonly visual: boolean
}

/** The own picture and what others were told of it. */
export type OwnPicture = Readonly<Omit<z.infer<typeof Record>, 'v' | 'picture' | 'event'>> & {
  readonly picture?: Picture
  readonly event?: NostrEvent
}

const none: OwnPicture = { chosen_at: 0, given: [], told: [], by: [] }

const open = ({ rest }: Store, box: Uint8Array | undefined): OwnPicture => {
  // Of a damaged one is left what is published: the next look at relays brings it back.
  const stored = box && whole(() => Record.parse(rest.open(place, box)))
  if (!stored) return none
  const { v: _version, picture, event, ...facts } = stored
  return {
    ...facts,
    ...(picture ? { picture: present(picture) } : {}),
    ...(event === undefined ? {} : { event: parseNostrEvent(event) }),
  }
}

const present = ({ png, jpeg, ...picture }: NonNullable<z.infer<typeof Record>['picture']>): Picture => ({
  ...picture,
  ...(png ? { png } : {}),
  ...(jpeg ? { jpeg } : {}),
})

const seal = ({ rest }: Store, { picture, ...facts }: OwnPicture): Uint8Array<ArrayBuffer> => {
  const { png, jpeg, ...key } = picture ?? {}
  const images = { ...(png ? { png: toBase64url(png) } : {}), ...(jpeg ? { jpeg: toBase64url(jpeg) } : {}) }
  return rest.seal(place, { v: 1, ...facts, ...(picture ? { picture: { ...key, ...images } } : {}) })
}

/** The record as it is kept, to be taken along; undefined when there is none, or it is damaged. */
export const packOwnPicture = async ({ db, rest }: Store): Promise<unknown> => {
  const box = await db.get('device', 'picture')
  const stored = box && whole(() => rest.open(place, box))
  return Record.safeParse(stored).success ? stored : undefined
}

/** The same on a new device. False when it is no such record. */
export const unpackOwnPicture = async ({ db, rest }: Store, stored: unknown): Promise<boolean> => {
  if (!Record.safeParse(stored).success) return false
  await db.put('device', rest.seal(place, stored), 'picture')
  return true
}

export const readOwnPicture = async (store: Store): Promise<OwnPicture> =>
  open(store, await store.db.get('device', 'picture'))

/** Changes it in one transaction: the page and the tab that publishes may do so at the same time. */
export const changeOwnPicture = (store: Store, change: (own: OwnPicture) => OwnPicture): Promise<OwnPicture> =>
  transact(store.db, ['device'], async (tx) => {
    const device = tx.objectStore('device')
    const next = change(open(store, await device.get('picture')))
    await device.put(seal(store, next), 'picture')
    return next
  })

/**
 * Stores what is to be published, with the messages that go with it, unless the person has chosen anew since `before` was
 * read. Messages with the key of another picture that still wait are taken back. Returns whether it was stored.
 */
export const storeProfile = (
  store: Store,
  before: OwnPicture,
  next: OwnPicture,
  messages: readonly OutgoingRecord[],
): Promise<boolean> =>
  transact(store.db, ['device', 'outgoing'], async (tx) => {
    const [device, outgoing] = [tx.objectStore('device'), tx.objectStore('outgoing')]
    const now = open(store, await device.get('picture'))
    if (now.chosen_at !== before.chosen_at) return false
    const same = now.picture?.salt === next.picture?.salt
    if (!same) for (const id of now.told) await outgoing.delete(outgoingTag(store.rest, id))
    for (const record of messages) await outgoing.put(sealOutgoing(store.rest, { held: false, record }))
    const told = [...(same ? now.told : []), ...messages.map(({ inner_id: id }) => id)]
    await device.put(seal(store, { ...next, told }), 'picture')
    return true
  })
