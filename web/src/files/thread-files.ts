import type { ReadonlySignal } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { fileTagOf } from '../storage/file-record.ts'
import { findFile, type KeptFile } from '../storage/files.ts'
import type { StoredMessage } from '../storage/message.ts'
import { fileWords } from '../strings/files.ts'
import { attempt } from '../ui/attempt.ts'
import { toast } from '../ui/toast.ts'
import type { FileNews } from './news.ts'
import { imageIn } from './picture.ts'
import { sendPartsAgain } from './retry.ts'
import { saveFile } from './save.ts'
import { type FileToSend, sendFile } from './send-file.ts'
import { showPicture } from './shown.ts'
import { type Thumbnail, thumbnailsOf } from './thumbnails.ts'

/** The files of one conversation, for its views. */
export type ThreadFiles = {
  /** How far the file of a message has come, while it is on its way. */
  news(message: StoredMessage): FileNews | undefined
  /** Files that are coming and whose message is not here yet. */
  coming(): readonly FileNews[]
  /** Pictures are not shown by themselves: nobody has accepted who sent them. */
  readonly hidden: boolean
  /** A small picture of a picture; it is made when it is first asked for. */
  thumbnail(message: StoredMessage): ReadonlySignal<Thumbnail>
  /** Stores a file, which is sent then, now or later; rejects when it could not be stored. */
  send(file: FileToSend): Promise<void>
  find(message: StoredMessage): Promise<KeptFile | undefined>
  save(message: StoredMessage): Promise<void>
  /** Has the parts of an own file sent once more. */
  sendAgain(message: StoredMessage): Promise<void>
  /** Shows a picture by itself. */
  view(message: StoredMessage): Promise<void>
}

export const threadFiles = (session: Session, tag: string): ThreadFiles => {
  const { store } = session
  const find = (message: StoredMessage): Promise<KeptFile | undefined> => findFile(store, tag, message)
  return {
    find,
    send: (file) => sendFile(session, tag, file),
    news: (message) => session.files.value.get(fileTagOf(store.rest, tag, message) ?? ''),
    coming: () =>
      [...session.files.value.values()].filter(
        ({ conversation, side, pointed }) => conversation === tag && side === 'peer' && !pointed,
      ),
    get hidden() {
      return session.chats.summaries.value.get(tag)?.conversation.standing === 'request'
    },
    thumbnail: (message) => thumbnailsOf(session).of(tag, message),
    sendAgain: (message) =>
      attempt(async () => {
        const sends = await sendPartsAgain(session, tag, message)
        toast(sends ? fileWords().sendsAgain : fileWords().tooOldToResend)
      }),
    save: async (message) => {
      const file = await find(message).catch(() => undefined)
      if (file) await saveFile(file)
      else toast(fileWords().gone)
    },
    view: async (message) => {
      const [image, file] = [imageIn(message), await find(message).catch(() => undefined)]
      if (file && image) showPicture({ file, image, at: message.at })
      else toast(fileWords().gone)
    },
  }
}
