import { type Bytes, fromBase64url, type PrimaryId } from '@kez-chat/identity'
import { type ChunkedFileBody, type InlineFileBody, MAX_FILE_BYTES, parseBody } from '@kez-chat/messaging'
import {
  type FileInParts,
  type FileRow,
  fileTagOf,
  onePart,
  openFile,
  openPart,
  sealFile,
  sealPart,
  thumbnailPart,
} from './file-record.ts'
import { type FileFacts, messageTag, openMessage, type StoredMessage, sealMessage } from './message.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { whole } from './whole.ts'

/** The file of a message, or undefined when it has none. Bodies never change, so each is read once. */
export const fileIn = ({ body }: Pick<StoredMessage, 'body'>): InlineFileBody | ChunkedFileBody | undefined => {
  const known = read.get(body)
  if (known) return known.file
  const file = body.type === 'kez-file-v1' ? parsed(body) : undefined
  read.set(body, { file })
  return file
}

const read = new WeakMap<object, { file: InlineFileBody | ChunkedFileBody | undefined }>()

const parsed = (body: StoredMessage['body']): InlineFileBody | ChunkedFileBody | undefined => {
  try {
    const file = parseBody(body)
    return file.type === 'kez-file-v1' ? file : undefined
  } catch {
    return undefined
  }
}

/** A file that is here: what its message says of it, and its bytes. */
export type KeptFile = {
  readonly name: string
  /** What the sender says it is. */
  readonly mime: string
  readonly size: number
  /** The bytes, in order and in pieces of at most 32 KiB (an inline file as one), so that nobody needs room for all. */
  parts(): AsyncGenerator<Bytes, void>
}

/** The file of a message with its bytes; undefined when it has none, or not all of it is here. */
export const findFile = async (
  { db, rest }: Store,
  conversation: string,
  message: Pick<StoredMessage, 'inner_id' | 'body' | 'delivery'>,
): Promise<KeptFile | undefined> => {
  const body = fileIn(message)
  if (!body) return undefined
  const { name, mime, size } = body
  if (body.mode === 'inline') {
    const inline = async function* (): AsyncGenerator<Bytes, void> {
      yield fromBase64url(body.data, MAX_FILE_BYTES)
    }
    return { name, mime, size, parts: inline }
  }
  const tag = fileTagOf(rest, conversation, message) ?? ''
  const row = await db.get('files', tag)
  const known = row && whole(() => openFile(rest, row))
  if (known?.state !== 'whole' || known.inner_id !== message.inner_id) return undefined
  const parts = async function* (): AsyncGenerator<Bytes, void> {
    for (let i = 0; i < body.n; i++) {
      const part = await db.get('file_parts', onePart(tag, i))
      if (!part) return
      yield openPart(rest, part)
    }
  }
  return { name, mime, size, parts }
}

/** All pieces of a file, for what wants it as a whole. */
export const partsOf = async (file: KeptFile): Promise<Bytes[]> => {
  const parts: Bytes[] = []
  for await (const part of file.parts()) parts.push(part)
  return parts
}

/** Part `i` of a file. */
export const readPart = async ({ db, rest }: Store, tag: string, i: number): Promise<Bytes | undefined> => {
  const part = await db.get('file_parts', onePart(tag, i))
  return part && openPart(rest, part)
}

/** The small picture of a file in parts, if one was kept. */
export const readThumbnail = (store: Store, tag: string): Promise<Bytes | undefined> =>
  readPart(store, tag, thumbnailPart)

/** Keeps the small picture of a file that is here. */
export const writeThumbnail = ({ db, rest }: Store, tag: string, picture: Uint8Array): Promise<void> =>
  transact(db, ['files', 'file_parts'], async (tx) => {
    const parts = tx.objectStore('file_parts')
    if ((await tx.objectStore('files').getKey(tag)) === undefined) return
    await parts.delete(onePart(tag, thumbnailPart))
    await parts.put(sealPart(rest, tag, thumbnailPart, picture))
  })

/** Writes down what became of the file of a message that somebody else wrote. Returns its conversation, or undefined when the message is gone. */
export const noteFile = (
  { db, rest }: Store,
  { innerId, from }: { readonly innerId: string; readonly from: PrimaryId },
  file: FileFacts,
): Promise<string | undefined> =>
  transact(db, ['messages'], async (tx) => {
    const messages = tx.objectStore('messages')
    const n = await messages.index('inner').getKey(messageTag(rest, innerId, from))
    const row = n === undefined ? undefined : await messages.get(n)
    if (row) {
      const { v: _version, n: _n, ...message } = openMessage(rest, row)
      await messages.put({ ...row, box: sealMessage(rest, row.conversation, { ...message, file }) })
    }
    return row?.conversation
  })

/** Changes what is known of a file in parts; undefined leaves it. `open` = something is still to be done for it. */
export const changeFile = (
  { db, rest }: Store,
  tag: string,
  change: (file: FileInParts) => { readonly file: FileInParts; readonly open: boolean } | undefined,
): Promise<FileInParts | undefined> =>
  transact(db, ['files'], async (tx) => {
    const files = tx.objectStore('files')
    const row = await files.get(tag)
    if (!row) return undefined
    const next = change(openFile(rest, row))
    if (next) await files.put(sealFile(rest, { ...row, open: next.open }, next.file))
    return next?.file
  })

/** What is known of a file in parts; `open` as in `changeFile`. */
export const readFileRecord = async (
  { db, rest }: Store,
  tag: string,
): Promise<{ readonly file: FileInParts; readonly open: boolean } | undefined> => {
  const row = await db.get('files', tag)
  return row && { file: openFile(rest, row), open: row.open === 1 }
}

export type OpenFile = { readonly row: FileRow; readonly file: FileInParts }

/** The files for which something is still to be done. */
export const openFiles = async ({ db, rest }: Store): Promise<OpenFile[]> =>
  (await db.getAllFromIndex('files', 'open')).flatMap((row) => {
    const file = whole(() => openFile(rest, row))
    return file ? [{ row, file }] : []
  })
