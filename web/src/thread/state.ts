import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { markRead, readDraft, readMessages, writeDraft } from '../storage/conversations.ts'
import type { StoredMessage } from '../storage/message.ts'
import { discardMessage, settle } from '../storage/outgoing.ts'
import { confirmPeer } from '../sync/confirm.ts'
import { type PinnedScroll, pinnedScroll } from './scroll.ts'
import { fits, sendText } from './send.ts'

const page = 100

/** One open conversation: its newest messages, and what is being written. */
export type Thread = {
  readonly tag: string
  /** Undefined until they are read. */
  readonly messages: ReadonlySignal<readonly StoredMessage[] | undefined>
  readonly hasOlder: ReadonlySignal<boolean>
  /** What was being written when the thread was left. */
  readonly draft: string
  readonly problem: ReadonlySignal<'tooLong' | 'notStored' | undefined>
  /** Messages came while the reader was further up. */
  readonly missed: ReadonlySignal<boolean>
  readonly scroll: PinnedScroll
  typed(text: string): void
  /** Whether it was stored: then it will be sent, now or later. */
  send(text: string): Promise<boolean>
  retry(message: StoredMessage): Promise<void>
  discard(message: StoredMessage): Promise<void>
  /** Asks the peer's server for the handle, wherever that server is. */
  confirm(): Promise<void>
  showOlder(): Promise<void>
  close(): void
}

export const openThread = async (session: Session, tag: string): Promise<Thread> => {
  const { store } = session
  const messages = signal<readonly StoredMessage[] | undefined>(undefined)
  const hasOlder = signal(false)
  const problem = signal<'tooLong' | 'notStored' | undefined>(undefined)
  const missed = signal(false)
  const scroll = pinnedScroll(() => seen())
  const closing = new AbortController()
  const draft = await readDraft(store, tag)
  let written = draft
  let saving = false

  const seen = (): void => {
    if (!scroll.pinned() || document.visibilityState !== 'visible' || closing.signal.aborted) return
    missed.value = false
    const unread = session.chats.summaries.peek().get(tag)?.conversation.unread ?? 0
    if (unread > 0) void markRead(store, tag).then(() => session.changed(tag))
  }

  const read = async (): Promise<void> => {
    const known = messages.peek()
    const first = known?.[0]?.n
    const next = await readMessages(store, tag, first === undefined ? { count: page } : { from: first })
    if (closing.signal.aborted) return
    if (first === undefined) hasOlder.value = next.length === page
    const grown = next.at(-1)?.n !== known?.at(-1)?.n
    messages.value = next
    if (known && grown && !scroll.pinned()) missed.value = true
    seen()
  }

  // Every change is written at once, since a closing page waits for nothing; while one is being written the rest waits.
  const saveDraft = async (): Promise<void> => {
    if (saving) return
    saving = true
    try {
      for (let saved: string | undefined; saved !== written && !session.ended.aborted; ) {
        saved = written
        await writeDraft(store, tag, saved)
      }
    } catch {
      // The text still stands in the field; a full device says so when the message itself is stored.
    } finally {
      saving = false
    }
  }

  // The list replaces a summary whenever something of the conversation changed.
  const stop = effect(() => {
    session.chats.summaries.value.get(tag)
    untracked(() => void read())
  })
  document.addEventListener('visibilitychange', seen, { signal: closing.signal })

  const send = async (text: string): Promise<boolean> => {
    problem.value = undefined
    if (!fits(text)) problem.value = 'tooLong'
    else if (
      !(await sendText(session, tag, text).then(
        () => true,
        () => false,
      ))
    )
      problem.value = 'notStored'
    if (problem.value) return false
    written = ''
    void saveDraft()
    scroll.toBottom()
    return true
  }

  return {
    ...{ tag, messages, hasOlder, draft, problem, missed, scroll, send },
    typed: (text) => {
      written = text
      problem.value = undefined
      void saveDraft()
    },
    retry: async (message) => {
      const expired = message.delivery?.state === 'failed' && message.delivery.code === 'expired'
      if (expired && typeof message.body.text === 'string') {
        await discardMessage(store, message.n)
        await sendText(session, tag, message.body.text)
      } else {
        await settle(store, message.n, { state: 'sending', at: Date.now() })
        session.kick()
      }
      session.changed(tag)
    },
    discard: async (message) => {
      await discardMessage(store, message.n)
      session.changed(tag)
    },
    confirm: async () => {
      const servers = session.servers()
      if (servers && (await confirmPeer(store, servers, tag, { anyServer: true }))) session.changed(tag)
    },
    showOlder: async () => {
      const known = messages.peek()?.length ?? 0
      const next = await readMessages(store, tag, { count: known + page })
      hasOlder.value = next.length === known + page
      scroll.keepPlace(() => {
        messages.value = next
      })
    },
    close: () => {
      closing.abort()
      stop()
    },
  }
}
