import { DELETE_WINDOW_MS, EDIT_WINDOW_MS, type MessageRef } from '@kez-chat/messaging'
import { type ReadonlySignal, signal } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { changesOf, isSaid } from '../storage/changed.ts'
import type { Conversation } from '../storage/conversation.ts'
import type { StoredMessage, Unsent } from '../storage/message.ts'
import { releaseChange, undoChange } from '../storage/sent-change.ts'
import { talkWords } from '../strings/talk.ts'
import { attempt } from '../ui/attempt.ts'
import { toast } from '../ui/toast.ts'
import { createQuotes, type Quotes } from './quotes.ts'
import { type Deed, sendChange, sendTimer } from './send-change.ts'

/** What is being written beside a message of its own. */
export type Mode =
  | { readonly kind: 'reply'; readonly to: MessageRef }
  | { readonly kind: 'edit'; readonly message: StoredMessage }

/** What is done with the messages of one conversation, for its views. */
export type ThreadTalk = {
  readonly mode: ReadonlySignal<Mode | undefined>
  readonly quotes: Quotes
  /** Whether anything can be written here. */
  readonly canWrite: boolean
  refOf(message: StoredMessage): MessageRef
  isOwn(ref: MessageRef): boolean
  /** The emoji that we gave a message. */
  ownEmoji(message: StoredMessage): string | undefined
  canEdit(message: StoredMessage): boolean
  canDelete(message: StoredMessage): boolean
  reply(to: MessageRef): void
  edit(message: StoredMessage): void
  cancel(): void
  /** Gives an emoji, or takes it back where it was given already. */
  react(message: StoredMessage, emoji: string): Promise<void>
  /** Whether it was stored. */
  saveEdit(message: StoredMessage, text: string): Promise<boolean>
  deleteForAll(message: StoredMessage): Promise<void>
  /** Has a change that failed sent again. */
  retry(message: StoredMessage, unsent: Unsent): Promise<void>
  /** Gives it up. */
  undo(unsent: Unsent): Promise<void>
  setTimer(ttl: number): Promise<void>
}

type Options = {
  readonly session: Session
  readonly tag: string
  readonly conversation: () => Conversation | undefined
  /** What was being answered when the thread was left. */
  readonly replied: MessageRef | undefined
  /** Another message is answered, or none: to be kept with what is being written. */
  readonly onReply: (ref: MessageRef | undefined) => void
  /** What is shown has to be drawn anew. */
  readonly onQuoted: () => void
}

export const createThreadTalk = ({ session, tag, conversation, replied, onReply, onQuoted }: Options): ThreadTalk => {
  const own = session.key.primary
  const peer = conversation()?.primary ?? own
  const quotes = createQuotes(session.store, { conversation: tag, own, peer })
  const mode = signal<Mode | undefined>(replied && { kind: 'reply', to: replied })
  if (replied) void quotes.keep(replied).then(onQuoted)

  const refOf = ({ inner_id: id, delivery }: StoredMessage): MessageRef => ({ id, from: delivery ? own : peer })

  const become = (next: Mode | undefined): void => {
    const before = mode.peek()
    mode.value = next
    const ref = next?.kind === 'reply' ? next.to : undefined
    if (before?.kind === 'reply' || ref) onReply(ref)
    void quotes.keep(ref).then(onQuoted)
  }

  const apply = (message: StoredMessage, deed: Deed): Promise<boolean> =>
    sendChange(session, tag, refOf(message), message, deed)

  const orSay = (message: StoredMessage, deed: Deed, words: string): Promise<void> =>
    attempt(async () => {
      if (!(await apply(message, deed))) toast(words)
    })

  const ownEmoji = (message: StoredMessage): string | undefined =>
    changesOf(message).reactions.find(({ from }) => from === own)?.emoji

  /** What a change of ours did, to do it anew. */
  const deedOf = (message: StoredMessage, { id, kind }: Unsent): Deed => {
    if (kind === 'delete') return { kind }
    const emoji = ownEmoji(message)
    if (kind === 'react') return { kind, ...(emoji === undefined ? {} : { emoji }) }
    return { kind, text: changesOf(message).versions.find((version) => version.id === id)?.text ?? '' }
  }

  return {
    ...{ mode, quotes, refOf, ownEmoji },
    get canWrite() {
      const { standing = 'accepted', handle } = conversation() ?? {}
      return standing === 'accepted' && handle !== undefined
    },
    isOwn: ({ from }) => from === own,
    canEdit: (message) =>
      message.delivery !== undefined &&
      message.delivery.state !== 'failed' &&
      isSaid(message) &&
      session.now() - message.at < EDIT_WINDOW_MS,
    canDelete: (message) => message.delivery !== undefined && session.now() - message.at < DELETE_WINDOW_MS,
    reply: (to) => become({ kind: 'reply', to }),
    edit: (message) => become({ kind: 'edit', message }),
    cancel: () => become(undefined),
    react: (message, emoji) => {
      const deed = ownEmoji(message) === emoji ? {} : { emoji }
      return orSay(message, { kind: 'react', ...deed }, talkWords().impossible)
    },
    saveEdit: async (message, text) => {
      if (text !== message.body.text && !(await apply(message, { kind: 'edit', text }))) {
        toast(talkWords().tooLateToEdit)
      }
      return true
    },
    deleteForAll: (message) => orSay(message, { kind: 'delete' }, talkWords().tooLateToDelete),
    retry: (message, unsent) =>
      attempt(async () => {
        const released = await releaseChange(session.store, unsent.id, session.now())
        if (!released && (await apply(message, deedOf(message, unsent)))) await undoChange(session.store, unsent.id)
        else if (!released) toast(talkWords().impossible)
        session.changed(tag)
        session.kick()
      }),
    undo: (unsent) =>
      attempt(async () => {
        await undoChange(session.store, unsent.id)
        session.changed(tag)
        session.kick()
      }),
    setTimer: (ttl) => attempt(() => sendTimer(session, tag, ttl)),
  }
}
