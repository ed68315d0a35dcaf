import { type Bytes, concat, type PrimaryId } from '@kez-chat/identity'
import {
  type Body,
  type ChunkedFileBody,
  createFileAssembly,
  createReplayGuard,
  type FileChunkBody,
  type FileKey,
  type FileProgress,
  MessageError,
} from '@kez-chat/messaging'
import type { ReceivedMessage } from '@kez-chat/nostr-client'
import { conversationTag } from '../storage/conversation.ts'
import { readConversation } from '../storage/conversations.ts'
import { isUnwanted } from '../storage/drop-file.ts'
import { fileTag } from '../storage/file-record.ts'
import { incomingFileStore } from '../storage/file-store.ts'
import { changeFile, noteFile, openFiles, readFileRecord, readPart } from '../storage/files.ts'
import type { FileFacts } from '../storage/message.ts'
import { replayStoreIn } from '../storage/replay-store.ts'
import type { Store } from '../storage/store.ts'
import { headerBytes, readImage } from './image-header.ts'
import type { FileNewsBoard } from './news.ts'

export type IncomingFilesOptions = {
  readonly store: Store
  readonly own: PrimaryId
  /** Unix ms, by the home server's clock. */
  readonly now: () => number
  readonly news: FileNewsBoard
  /** A file is whole: the message that points to it may be confirmed. */
  readonly onWhole: (from: PrimaryId, innerId: string) => Promise<void>
  readonly onStored: (conversations: readonly string[]) => void
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

/** What is to be done with a message after its piece of a file was taken. */
export type Taking = {
  /** There was no room: the guard is not told of it, so that it may come once more. */
  readonly refused: boolean
  /** What is known of the file whose pointer it is. */
  readonly file?: FileFacts
  /** To be called once the message is stored. */
  done(): Promise<void>
}

type Piece = FileChunkBody | ChunkedFileBody

const pieceOf = (body: Body): Piece | undefined => {
  if (body.type === 'kez-file-chunk-v1') return body
  return body.type === 'kez-file-v1' && body.mode === 'chunked' ? body : undefined
}

const nothing: Taking = { refused: false, done: async () => undefined }
const refusedFile: Taking = { ...nothing, file: { state: 'refused' } }
const sweepMs = 3_600_000

/** Puts together the files that come in parts, in any order and over any number of restarts. One tab at a time does it. */
export const createIncomingFiles = async (options: IncomingFilesOptions) => {
  const { store, own, now, news, signal } = options
  const { db, rest } = store
  const files = await createFileAssembly(incomingFileStore(store, signal))

  const tagsOf = ({ from, fileId }: FileKey): { conversation: string; tag: string } => {
    const conversation = conversationTag(rest, from)
    return { conversation, tag: fileTag(rest, conversation, 'peer', fileId) }
  }

  const tell = ({ file, have }: FileProgress): void => {
    const { conversation, tag } = tagsOf(file)
    if (file.state !== 'waiting') news.drop(tag)
    else news.put({ tag, conversation, side: 'peer', have, n: file.n, pointed: file.pointer !== undefined })
  }

  const isCopy = async ({ from, innerId }: ReceivedMessage['seen']): Promise<boolean> => {
    const guard = db.transaction('guard', 'readwrite').store
    return createReplayGuard(replayStoreIn(guard, rest)).seen(from, innerId)
  }

  const beginning = async (tag: string, n: number): Promise<Bytes> => {
    let bytes: Bytes = new Uint8Array()
    for (let i = 0; i < n && bytes.length < headerBytes; i++) {
      bytes = concat(bytes, (await readPart(store, tag, i)) ?? new Uint8Array())
    }
    return bytes
  }

  /** Tells its message and the courier what became of a file; again, if the page ended in between. */
  const settle = async (key: FileKey): Promise<void> => {
    const { tag } = tagsOf(key)
    const { file, open } = (await readFileRecord(store, tag)) ?? {}
    if (file?.inner_id === undefined || file.state === 'waiting') return
    const isWhole = file.state === 'whole'
    if (isWhole) await options.onWhole(key.from, file.inner_id)
    if (!open) return
    const image = isWhole ? readImage(await beginning(tag, file.n)) : undefined
    const conversation = await noteFile(
      store,
      { innerId: file.inner_id, from: key.from },
      { state: file.state, ...(image ? { image } : {}) },
    )
    if (conversation === undefined) return
    options.onStored([conversation])
    if (!isWhole) return
    await changeFile(store, tag, (before) => ({ file: before, open: false }))
    await files.release(key)
  }

  const takePiece = async (
    from: PrimaryId,
    piece: Piece,
    stranger: boolean,
  ): Promise<FileProgress | 'noRoom' | 'no'> => {
    try {
      return await files.take(from, piece, now(), { stranger })
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      // What contradicts the other pieces always will.
      return error.code === 'no_room' ? 'noRoom' : 'no'
    }
  }

  const takeNew = async (seen: ReceivedMessage['seen'], piece: Piece, stranger: boolean): Promise<Taking> => {
    const key = { from: seen.from, fileId: piece.file_id }
    const isPointer = piece.type === 'kez-file-v1'
    const progress = await takePiece(seen.from, piece, stranger)
    if (typeof progress === 'string') return isPointer ? refusedFile : { ...nothing, refused: progress === 'noRoom' }
    if (isPointer) {
      const { tag } = tagsOf(key)
      await changeFile(store, tag, (file) => ({ file: { ...file, inner_id: seen.innerId }, open: true }))
    }
    tell(progress)
    return progress.file.state === 'waiting' ? nothing : { ...nothing, done: () => settle(key) }
  }

  /** Before the message is stored: taking a piece twice does no harm. */
  const take = async ({ seen, body }: ReceivedMessage): Promise<Taking> => {
    const piece = pieceOf(body)
    if (!piece) return nothing
    const key = { from: seen.from, fileId: piece.file_id }
    const { conversation, tag } = tagsOf(key)
    const known = await readConversation(store, conversation)
    if (known?.standing === 'blocked') return nothing
    const isPointer = piece.type === 'kez-file-v1'
    // The page may have ended before it was settled.
    if (await isCopy(seen)) return isPointer ? { ...nothing, done: () => settle(key) } : nothing
    // What was sent to oneself from here is here.
    const sentHere = fileTag(rest, conversation, 'own', piece.file_id)
    if (seen.from === own && (await db.getKey('files', sentHere)) !== undefined) return nothing
    if (await isUnwanted(store, tag)) return isPointer ? refusedFile : nothing
    const stranger = seen.from !== own && (known === undefined || known.standing === 'request')
    return takeNew(seen, piece, stranger)
  }

  const sweep = async (): Promise<void> => {
    const messages = new Map((await openFiles(store)).map(({ row, file }) => [row.tag, file.inner_id]))
    for (const record of await files.sweep(now())) {
      const { tag } = tagsOf(record)
      news.drop(tag)
      const innerId = messages.get(tag)
      if (innerId === undefined || record.state === 'damaged') continue
      const conversation = await noteFile(store, { innerId, from: record.from }, { state: 'expired' })
      if (conversation !== undefined) options.onStored([conversation])
    }
  }

  /** What the app has removed is forgotten here as well. */
  const look = async (): Promise<void> => {
    for (const { file } of files.list()) {
      const { tag } = tagsOf(file)
      if ((await db.getKey('files', tag)) !== undefined) continue
      await files.release(file)
      news.drop(tag)
    }
  }

  const resume = async (): Promise<void> => {
    await sweep()
    for (const progress of files.list()) tell(progress)
    for (const { file } of await openFiles(store)) {
      if (!file.shipment && file.state === 'whole') await settle({ from: file.from, fileId: file.file_id })
    }
  }

  const sweeping = setInterval(() => void sweep().catch(options.onError), sweepMs)
  signal.addEventListener('abort', () => clearInterval(sweeping), { once: true })

  return { take, look, resume }
}
