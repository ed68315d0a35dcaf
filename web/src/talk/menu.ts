import { signal } from '@preact/signals-core'
import { nothing, type TemplateResult } from 'lit-html'
import { isDeleted } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { talkWords } from '../strings/talk.ts'
import type { Thread } from '../thread/state.ts'
import { confirmDialog } from '../ui/dialog.ts'
import type { MenuItem } from '../ui/menu.ts'
import { focusField } from './composer-bar.ts'
import { askForEmoji } from './emoji-dialog.ts'

const atHand = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const

const deleting = signal<StoredMessage | undefined>(undefined)

/** Whether something can be done with a message that the other side hears of. */
const isOpen = (thread: Thread, message: StoredMessage): boolean =>
  thread.talk.canWrite && !isDeleted(message) && message.body.type !== 'damaged' && message.delivery?.state !== 'failed'

/** Whether a message can be answered. */
export const canReply = isOpen

/** The emoji at hand, as a row of a menu. */
export const emojiItems = (thread: Thread, message: StoredMessage): MenuItem[] => {
  if (!isOpen(thread, message)) return []
  const words = talkWords()
  const own = thread.talk.ownEmoji(message)
  const shown: string[] =
    own === undefined || atHand.some((one) => one === own) ? [...atHand] : [own, ...atHand.slice(0, 5)]
  return shown.map((emoji) => ({
    ...{ label: emoji, pressed: emoji === own },
    name: emoji === own ? words.takeBack(emoji) : words.reactWith(emoji),
    choose: () => void thread.talk.react(message, emoji),
  }))
}

/** What is done with a message while one writes, and with any emoji. */
export const talkItems = (thread: Thread, message: StoredMessage): MenuItem[] => {
  if (!isOpen(thread, message)) return []
  const words = talkWords()
  const edit = (): void => {
    thread.talk.edit(message)
    focusField()
  }
  return [
    {
      label: words.reply,
      choose: () => {
        thread.talk.reply(thread.talk.refOf(message))
        focusField()
      },
    },
    { label: words.otherEmoji, choose: () => askForEmoji(message) },
    ...(thread.talk.canEdit(message) ? [{ label: words.edit, choose: edit }] : []),
  ]
}

/** Takes a message back for both, as long as that counts. */
export const deleteItems = (thread: Thread, message: StoredMessage): MenuItem[] =>
  isOpen(thread, message) && thread.talk.canDelete(message)
    ? [
        {
          label: talkWords().deleteForAll,
          danger: true,
          choose: () => {
            deleting.value = message
          },
        },
      ]
    : []

/** The question before a message is deleted for everyone, while it stands. */
export const deleteForAllQuestion = (thread: Thread): TemplateResult | typeof nothing => {
  const message = deleting.value
  if (!message) return nothing
  const words = talkWords()
  return confirmDialog({
    title: words.deleteTitle,
    text: words.deleteText,
    yes: words.deleteYes,
    answer: (sure) => {
      deleting.value = undefined
      if (sure) void thread.talk.deleteForAll(message)
    },
  })
}
