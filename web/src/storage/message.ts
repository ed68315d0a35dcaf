import { isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import { type Delivery, StoredDelivery } from './delivery.ts'
import { StorageError } from './errors.ts'

/** A picture that is safe to show, and how large it is when it stands upright. */
const ImageFacts = z.object({
  type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
  width: z.int().positive(),
  height: z.int().positive(),
})
export type ImageFacts = Readonly<z.infer<typeof ImageFacts>>

/** What is known here of the file that a message points to. */
const FileFacts = z.object({
  /** Absent while parts of it are to come. `refused`: there was no room for it, or it contradicts itself. */
  state: z.enum(['whole', 'damaged', 'refused', 'expired']).optional(),
  image: ImageFacts.optional(),
})
export type FileFacts = Readonly<z.infer<typeof FileFacts>>

const Stamp = { at: z.number(), id: z.string() }

/** What was done to a message afterwards, as `withChange` keeps it. */
const StoredChanges = z.object({
  versions: z.array(z.object({ ...Stamp, text: z.string() })).readonly(),
  reactions: z
    .array(z.object({ ...Stamp, from: z.custom<PrimaryId>(isPrimaryId), emoji: z.string().exactOptional() }))
    .readonly(),
  deleted: z.object(Stamp).exactOptional(),
})

/** A change of ours that nothing has taken yet. */
const Unsent = z.object({
  /** Its inner id. */
  id: z.string(),
  kind: z.enum(['edit', 'delete', 'react']),
  state: z.enum(['sending', 'failed']),
  /** Why it failed. */
  code: z.string().optional(),
})
export type Unsent = Readonly<z.infer<typeof Unsent>>

/** What is kept of a message beside where it stands. */
export const MessageFacts = z.object({
  inner_id: z.string(),
  /** As it was sent, so that a later version can show what this one does not know; but for its text, which is the latest. */
  body: z.looseObject({ type: z.string() }),
  /** `sent_at` of the message, unix ms. */
  at: z.number(),
  /** Only what we wrote is delivered. */
  delivery: StoredDelivery.optional(),
  /** Which way brought it first: `home`, or the URL of a relay. Only of what others wrote. */
  via: z.string().optional(),
  /** When it came here, unix ms. Only of what others wrote. */
  received_at: z.number().optional(),
  /** The message that its author wrote before it is not here. */
  gap: z.boolean().optional(),
  /** Of a file in parts, and of a picture that was sent from here. */
  file: FileFacts.optional(),
  changes: StoredChanges.optional(),
  /** The first text, once there is another. */
  original: z.string().optional(),
  /** When it vanishes, unix ms. */
  expires_at: z.number().optional(),
  unsent: z.array(Unsent).optional(),
})
const Record = MessageFacts.extend({ v: z.literal(1) })

export type NewMessage = Omit<z.infer<typeof Record>, 'v' | 'delivery'> & { delivery?: Delivery }
/** One message of a conversation; `n` is its place in the order in which this device learned of it. */
export type StoredMessage = NewMessage & { readonly v: 1; readonly n: number }

/** A body as it is kept: the token of an invitation has done its work. */
export const withoutToken = (body: { readonly type: string }): NewMessage['body'] => {
  const { invitation: _, ...kept }: NewMessage['body'] = { ...body }
  return { ...kept, type: body.type }
}

/**
 * How a message is found by its inner id, whichever way its copy came. Ids are each author's own: nobody can have another's
 * message taken for theirs. `own` is what was written on this device.
 */
export const messageTag = (rest: AtRest, innerId: string, from: PrimaryId | 'own'): string =>
  rest.tag('message', from === 'own' ? innerId : `${from}/${innerId}`)

export const sealMessage = (rest: AtRest, conversation: string, message: NewMessage): Uint8Array<ArrayBuffer> =>
  rest.seal(`messages/${conversation}`, { v: 1, ...message })

/** A message whose record is damaged stays in its place and says so, instead of hiding the whole conversation. */
export const openMessage = (
  rest: AtRest,
  row: { n?: number; conversation: string; box: Uint8Array<ArrayBuffer> },
): StoredMessage => {
  const n = row.n ?? 0
  try {
    const { delivery, ...message } = Record.parse(rest.open(`messages/${row.conversation}`, row.box))
    return { ...message, n, ...(delivery ? { delivery: { ...delivery, at: delivery.at ?? message.at } } : {}) }
  } catch (error) {
    if (!(error instanceof StorageError || error instanceof z.ZodError)) throw error
    return { v: 1, n, inner_id: '', body: { type: 'damaged' }, at: 0 }
  }
}
