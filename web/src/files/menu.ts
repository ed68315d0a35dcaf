import { fileIn } from '../storage/files.ts'
import type { StoredMessage } from '../storage/message.ts'
import { fileWords } from '../strings/files.ts'
import { t } from '../strings/index.ts'
import type { Thread } from '../thread/state.ts'
import type { MenuItem } from '../ui/menu.ts'
import { toast } from '../ui/toast.ts'
import { isShowable } from './image-header.ts'
import { imageIn } from './picture.ts'

const copyPicture = async (thread: Thread, message: StoredMessage): Promise<void> => {
  try {
    const { pngOf } = await import('./copy-picture.ts')
    const picture = thread.files.find(message).then((file) => pngOf(file, imageIn(message)))
    // Browsers want the promise, while they still know that somebody has asked for it.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })])
    toast(t.copied)
  } catch {
    toast(t.thread.notCopied)
  }
}

/** What can be done with the file of a message. */
export const fileItems = (thread: Thread, message: StoredMessage): MenuItem[] => {
  const file = fileIn(message)
  if (!file) return []
  const words = fileWords()
  const here = file.mode === 'inline' || message.file?.state === 'whole'
  const image = imageIn(message)
  const copies = image && isShowable(image) && here && !thread.files.hidden && 'ClipboardItem' in globalThis
  return [
    ...(here ? [{ label: words.save, choose: () => void thread.files.save(message) }] : []),
    ...(copies ? [{ label: words.copyImage, choose: () => void copyPicture(thread, message) }] : []),
    ...(message.delivery?.state === 'sent' && file.mode === 'chunked'
      ? [{ label: words.sendAgain, choose: () => void thread.files.sendAgain(message) }]
      : []),
  ]
}
