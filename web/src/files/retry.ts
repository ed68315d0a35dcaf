import type { Session } from '../session/session.ts'
import { fileTagOf } from '../storage/file-record.ts'
import { findFile, partsOf } from '../storage/files.ts'
import type { StoredMessage } from '../storage/message.ts'
import { discardMessage } from '../storage/outgoing.ts'
import { resumeFile } from '../storage/outgoing-file.ts'
import { imageIn } from './picture.ts'
import { sendFile } from './send-file.ts'

/** Has the parts of a file sent once more. False when it is too old for that, or goes in one message. */
export const sendPartsAgain = async (session: Session, tag: string, message: StoredMessage): Promise<boolean> => {
  const file = fileTagOf(session.store.rest, tag, message)
  if (file === undefined || !(await resumeFile(session.store, file, session.now()))) return false
  session.changed(tag)
  session.kick()
  return true
}

/** Sends a file that failed once more: what is left of it, or, when it has become too old, as a new message. */
export const retryFile = async (session: Session, tag: string, message: StoredMessage): Promise<void> => {
  if (await sendPartsAgain(session, tag, message)) return
  const file = await findFile(session.store, tag, message)
  if (!file) return
  const data = new Uint8Array(await new Blob(await partsOf(file)).arrayBuffer())
  // In this order: whatever cannot be stored, the file is still there.
  await sendFile(session, tag, { name: file.name, mime: file.mime, data, image: imageIn(message) })
  await discardMessage(session.store, message.n)
}
