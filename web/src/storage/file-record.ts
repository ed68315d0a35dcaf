import { type Bytes, isHex, isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import { type ChunkedFileBody, parseBody } from '@kez-chat/messaging'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import type { StoredMessage } from './message.ts'

/** A body that points to a file in parts, or undefined. */
export const pointerIn = (body: unknown): ChunkedFileBody | undefined => {
  try {
    const parsed = parseBody(body)
    return parsed.type === 'kez-file-v1' && parsed.mode === 'chunked' ? parsed : undefined
  } catch {
    return undefined
  }
}

const Hex = (bytes: number) => z.string().refine((text) => isHex(text, bytes))

/** What is done to send a file: parts first, then the message that points to it. */
const Shipment = z.object({
  /** What ids and keys of the parts are made from, so that each can be made again as the same message. */
  secret: Hex(32),
  /** Unix ms: when it was written, and how all of it is dated. */
  sent_at: z.number(),
  /** How often the person has had it sent again. */
  round: z.int(),
  /** Which parts each way has taken, a bit for each, as hex. */
  home: z.string(),
  relay: z.string(),
  /** When the message was handed over: every part had been taken by some way then. Unix ms. */
  pointed_at: z.number().optional(),
})
export type Shipment = Readonly<z.infer<typeof Shipment>>

export const FileInParts = z.object({
  from: z.custom<PrimaryId>(isPrimaryId),
  file_id: Hex(16),
  n: z.int(),
  /** When its first part came here, or it was written. Unix ms. */
  since: z.number(),
  state: z.enum(['waiting', 'whole', 'damaged']),
  stranger: z.boolean().optional(),
  pointer: z.custom<ChunkedFileBody>((value) => pointerIn(value) !== undefined).optional(),
  /** The message that points to it. */
  inner_id: z.string().optional(),
  /** Only of what is sent from here. */
  shipment: Shipment.optional(),
})
const Record = FileInParts.extend({ v: z.literal(1) })

/** A file in parts as this device knows it; the parts themselves are in `file_parts`. */
export type FileInParts = Readonly<z.infer<typeof FileInParts>>
export type FileRow = Schema['files']['value']

/** Each side of a conversation names its files by itself, so that nobody can touch the file of the other. */
export const fileTag = (rest: AtRest, conversation: string, side: 'own' | 'peer', fileId: string): string =>
  rest.tag('file', `${conversation}/${side}/${fileId}`)

/** The tag of the file in parts that a message points to; undefined for every other message. */
export const fileTagOf = (
  rest: AtRest,
  conversation: string,
  { body, delivery }: Pick<StoredMessage, 'body' | 'delivery'>,
): string | undefined => {
  const { type, mode, file_id: fileId } = body
  if (type !== 'kez-file-v1' || mode !== 'chunked' || typeof fileId !== 'string') return undefined
  return fileTag(rest, conversation, delivery ? 'own' : 'peer', fileId)
}

export const sealFile = (
  rest: AtRest,
  { tag, conversation, open }: Pick<FileRow, 'tag' | 'conversation'> & { open: boolean },
  file: FileInParts,
): FileRow => ({
  ...{ tag, conversation, ...(open ? { open: 1 } : {}) },
  box: rest.seal(`files/${tag}`, { v: 1, ...file }),
})

export const openFile = (rest: AtRest, { tag, box }: FileRow): FileInParts => {
  const { v: _version, ...file } = Record.parse(rest.open(`files/${tag}`, box))
  return file
}

export type PartRow = Schema['file_parts']['value']

const placeOf = (file: string, i: number): string => `file_parts/${file}/${i}`

export const sealPart = (rest: AtRest, file: string, i: number, data: Uint8Array): PartRow => ({
  ...{ file, i, size: data.length },
  box: rest.sealBytes(placeOf(file, i), data),
})

export const openPart = (rest: AtRest, { file, i, box }: PartRow): Bytes => rest.openBytes(placeOf(file, i), box)

/** The parts of a file, with the small picture of it. */
export const allParts = (file: string): IDBKeyRange => IDBKeyRange.bound([file], [file, []])

/** One part, whatever its size. */
export const onePart = (file: string, i: number): IDBKeyRange => IDBKeyRange.bound([file, i], [file, i, []])

/** The number under which the small picture stands. */
export const thumbnailPart = -1
