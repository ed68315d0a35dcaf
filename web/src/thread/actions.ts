import { signal } from '@preact/signals-core'
import { nothing, type TemplateResult } from 'lit-html'
import { goTo } from '../app/route.ts'
import { block } from '../requests/state.ts'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { type Arrangement, arrange } from '../storage/conversations.ts'
import { deleteConversation } from '../storage/delete-conversation.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import { chooseTimer } from '../talk/timer-dialog.ts'
import { attempt } from '../ui/attempt.ts'
import { confirmDialog } from '../ui/dialog.ts'
import { type MenuItem, menu } from '../ui/menu.ts'
import { muteItem } from './mute.ts'

/** The tag of the conversation whose deletion is asked about. */
const deleting = signal<string | undefined>(undefined)

const put = (session: Session, { tag }: Conversation, arrangement: Arrangement): Promise<void> =>
  attempt(async () => {
    await arrange(session.store, tag, arrangement)
    session.changed(tag)
  })

const remove = (session: Session, tag: string): Promise<void> =>
  attempt(async () => {
    goTo({ name: 'chats' }, { replace: true })
    await deleteConversation(session.store, tag)
    session.changed(tag)
    session.kick()
  })

const itemsOf = (session: Session, conversation: Conversation): MenuItem[] => {
  const { archived, standing, tag } = conversation
  const erase = {
    label: t.list.delete,
    danger: true,
    choose: () => {
      deleting.value = tag
    },
  }
  const search = { label: t.search.withinMenu, choose: () => goTo({ name: 'search', tag }) }
  if (standing === 'request' || standing === 'blocked') return [erase]
  return [
    search,
    ...(conversation.handle ? [{ label: talkWords().timer.menu, choose: () => chooseTimer(tag) }] : []),
    muteItem(session, conversation),
    {
      label: archived ? t.list.unarchive : t.list.archive,
      choose: () => void put(session, conversation, { archived: !archived }),
    },
    { label: t.list.block, choose: () => void block(session, conversation) },
    erase,
  ]
}

/** What can be done with a whole conversation. */
export const conversationMenu = (session: Session, conversation: Conversation): TemplateResult =>
  menu(conversation.tag, t.list.menu, itemsOf(session, conversation))

/** The question before a conversation is deleted, while it stands. */
export const deleteQuestion = (session: Session, { tag, standing }: Conversation, name: string) =>
  deleting.value === tag
    ? confirmDialog({
        title: t.list.deleteTitle(name),
        text: standing === 'blocked' ? t.list.deleteTextBlocked : t.list.deleteText,
        yes: t.list.deleteYes,
        answer: (sure) => {
          deleting.value = undefined
          if (sure) void remove(session, tag)
        },
      })
    : nothing
