import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals-core'
import { retryFile } from '../files/retry.ts'
import { type ThreadFiles, threadFiles } from '../files/thread-files.ts'
import type { Session } from '../session/session.ts'
import { textBodyOf } from '../storage/changed.ts'
import { markRead } from '../storage/conversations.ts'
import { openMessages } from '../storage/history.ts'
import type { StoredMessage } from '../storage/message.ts'
import { discardMessage, releaseOutgoing } from '../storage/outgoing.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import { confirmPeer } from '../sync/confirm.ts'
import { sendTimer } from '../talk/send-change.ts'
import { createThreadTalk, type Mode, type ThreadTalk } from '../talk/thread-talk.ts'
import { toldOf } from '../talk/told.ts'
import { attempt } from '../ui/attempt.ts'
import { nameOf } from '../ui/peer-name.ts'
import { toast } from '../ui/toast.ts'
import { findDraft, keepDraft } from './draft.ts'
import { createHistory } from './history.ts'
import { layOut, type Placed } from './layout.ts'
import { placeOf } from './place.ts'
import { createScroller, type Scroller } from './scroll.ts'
import { fits, sendText } from './send.ts'
import { firstUnread, freshIn, laterThan } from './unread.ts'

/** How far from the upper edge a message stands that the thread goes to. */
const lead = 96
const mostAnnounced = 5

/** `notKept`: what is being written is, the message itself not. */
type Problem = 'tooLong' | 'notStored' | 'notKept'

/** One open conversation: the messages around what is read, and what is being written. */
export type Thread = {
  readonly tag: string
  /** Undefined until it is known how many there are. */
  readonly rows: ReadonlySignal<readonly Placed[] | undefined>
  readonly empty: ReadonlySignal<boolean>
  /** The first message that was unread when the thread was opened, or came unseen since. */
  readonly newFrom: ReadonlySignal<number | undefined>
  /** The message that was gone to. */
  readonly found: ReadonlySignal<number | undefined>
  /** How many messages there are below what was seen. */
  readonly missed: ReadonlySignal<number>
  /** Long messages that are shown whole. */
  readonly unfolded: ReadonlySignal<ReadonlySet<number>>
  /** What came while the thread is open, for those who listen. */
  readonly announced: ReadonlySignal<readonly StoredMessage[]>
  /** What the other side did to messages meanwhile, for them. */
  readonly told: ReadonlySignal<readonly string[]>
  /** What stands in the field when it is first shown: what was being written, or the text that is edited. */
  written(): string
  readonly problem: ReadonlySignal<Problem | undefined>
  readonly scroll: Scroller
  readonly files: ThreadFiles
  readonly talk: ThreadTalk
  unfold(n: number): void
  /** Goes to a message and marks it. */
  goTo(n: number): void
  typed(text: string): void
  /** What could not be sent stands in the field again. */
  givenBack(text: string): void
  /** Whether it was stored: then it will be sent, now or later. */
  send(text: string): Promise<boolean>
  retry(message: StoredMessage): Promise<void>
  discard(message: StoredMessage): Promise<void>
  /** Asks the peer's server for the handle, wherever that server is. */
  confirm(): Promise<void>
  close(): void
}

export const openThread = async (session: Session, tag: string, at?: number): Promise<Thread> => {
  const { store } = session
  /** Counts up whenever other messages are open than before; 0 before the first. */
  const version = signal(0)
  const newFrom = signal<number | undefined>(undefined)
  const missed = signal(0)
  const found = signal<number | undefined>(undefined)
  const announced = signal<readonly StoredMessage[]>([])
  const told = signal<readonly string[]>([])
  const unfolded = signal<ReadonlySet<number>>(new Set())
  const problem = signal<Problem | undefined>(undefined)
  const closing = new AbortController()
  const draft = await findDraft(store, tag)
  let reply = draft.reply
  let written = draft.text
  /** What was sent and is not stored yet: the draft holds it too, in front of what is written meanwhile. */
  const going: string[] = []
  let seenUpTo = 0
  /** The newest message when the thread was opened, until its opening is noted. */
  let opened: number | undefined

  const conversation = () => session.chats.summaries.peek().get(tag)?.conversation
  const talk = createThreadTalk({
    ...{ session, tag, conversation, replied: draft.reply },
    onReply: (ref) => {
      reply = ref
      keep(written)
    },
    onQuoted: () => {
      if (version.peek() > 0) version.value++
    },
  })
  const history = createHistory(store, tag, talk.quotes.load)

  const scroll = createScroller({
    open: (window) =>
      history.open(window)?.then(() => {
        version.value++
      }),
    onRest: () => seen(),
  })

  const rows = computed(() => {
    if (version.value === 0) return undefined
    const { first, end } = scroll.frame.value
    const shown = new Set(history.numbers().slice(first, end))
    // The tab that leads removes what has vanished, in a moment.
    const there = history.around({ first, end }).filter(({ expires_at: end = Infinity }) => end > session.now())
    return layOut(there, newFrom.value).filter(({ message }) => shown.has(message.n))
  })

  const empty = computed(() => version.value > 0 && history.numbers().length === 0)

  const unread = (): number => conversation()?.unread ?? 0

  const noteSeen = async (upTo: number): Promise<void> => {
    try {
      await markRead(store, tag, upTo)
      session.changed(tag)
    } catch {
      // It counts as unread, as the list says, until what is seen next can be stored.
    }
  }

  const seen = (): void => {
    if (document.visibilityState !== 'visible' || closing.signal.aborted) return
    seenUpTo = Math.max(seenUpTo, scroll.lastSeen() ?? 0)
    const left = laterThan(history.numbers(), seenUpTo)
    missed.value = left
    // Whoever opens a conversation knows of what is in it; what comes after that is unread until it is seen.
    if (opened !== undefined || unread() > left) void noteSeen(Math.max(seenUpTo, opened ?? 0))
    opened = undefined
  }

  const unfold = (n: number): void => {
    unfolded.value = new Set(unfolded.value).add(n)
  }

  const goTo = (n: number): void => {
    found.value = n
    unfold(n)
    scroll.toRow(n, lead)
    void openMessages(store, tag, [n]).then((there) => {
      announced.value = there
      if (there.length === 0) toast(t.search.gone)
    })
  }

  const begin = (numbers: readonly number[]): void => {
    const first = firstUnread(numbers, conversation() ?? { unread: 0 })
    newFrom.value = first
    seenUpTo = (first === undefined ? numbers.at(-1) : numbers[placeOf(numbers, first) - 1]) ?? 0
    if (unread() > 0) opened = numbers.at(-1)
    missed.value = laterThan(numbers, seenUpTo)
    scroll.setRows(numbers)
    if (at !== undefined) goTo(at)
    else if (first !== undefined) scroll.toRow(first, lead)
  }

  const grow = async (fresh: readonly number[], known: ReadonlySet<string>): Promise<void> => {
    const came = (await openMessages(store, tag, fresh)).filter(
      // What only changed its place is nothing new.
      ({ delivery, inner_id: id }) => !delivery && !known.has(id),
    )
    const [first] = came
    if (!first || closing.signal.aborted) return
    announced.value = came.slice(-mostAnnounced)
    const watched = document.visibilityState === 'visible' && scroll.atEnd.peek()
    const isSeen = first.n >= (scroll.firstSeen() ?? 0)
    if (!watched || !isSeen) newFrom.value ??= first.n
    if (!isSeen) toast(talkWords().cameLate)
  }

  const tell = (before: readonly StoredMessage[]): void => {
    const known = conversation()
    if (!known) return
    const name = nameOf(known, session.account.peek()?.server)
    const news = toldOf(name, known.primary, before, history.around(scroll.frame.peek()))
    if (news.length > 0) told.value = news.slice(-mostAnnounced)
  }

  const read = async (): Promise<void> => {
    const begun = version.peek() > 0
    const [before, known] = [history.numbers(), history.known()]
    const shown = history.around(scroll.frame.peek())
    await history.refresh(scroll.frame.peek())
    if (closing.signal.aborted) return
    const numbers = history.numbers()
    if (!begun) begin(numbers)
    else if (numbers !== before) await grow(freshIn(numbers, before), known)
    scroll.setRows(numbers)
    version.value++
    tell(shown)
    missed.value = laterThan(numbers, seenUpTo)
    seen()
  }

  const keeper = keepDraft(store, tag, {
    begun: draft,
    ended: session.ended,
    onKept: () => session.changed(tag),
    onStored: (stored) => {
      if (!stored) problem.value ??= 'notKept'
      else if (problem.peek() === 'notKept') problem.value = undefined
    },
  })

  /** Keeps what is being written, with what it answers. */
  const keep = (text: string): void => {
    written = text
    const whole = [...going, text].filter((part) => part !== '').join('\n')
    keeper.typed({ text: whole, ...(reply ? { reply } : {}) })
  }

  // The list replaces a summary whenever something of the conversation changed; one reading after the other.
  let reading: Promise<void> = Promise.resolve()
  const stop = effect(() => {
    session.chats.summaries.value.get(tag)
    untracked(() => {
      reading = reading.then(() => (closing.signal.aborted ? undefined : read()))
    })
  })
  document.addEventListener('visibilitychange', seen, { signal: closing.signal })

  const stored = (storing: Promise<unknown>): Promise<boolean> =>
    storing.then(
      () => true,
      () => false,
    )

  const saveEdit = async (text: string, mode: Extract<Mode, { kind: 'edit' }>): Promise<boolean> => {
    const saved = await stored(talk.saveEdit(mode.message, text))
    if (!saved) problem.value = 'notStored'
    else if (talk.mode.peek() === mode) talk.cancel()
    return saved
  }

  /** From its beginning the field is for what comes next. */
  const say = async (text: string): Promise<boolean> => {
    const answered = reply
    going.push(text)
    if (written === text) written = ''
    if (answered) talk.cancel()
    const said = await stored(sendText(session, tag, text, answered))
    going.splice(going.indexOf(text), 1)
    if (said) {
      keep(written)
      scroll.toEnd()
    } else {
      problem.value = 'notStored'
      if (answered && !talk.mode.peek()) talk.reply(answered)
    }
    return said
  }

  const send = async (text: string): Promise<boolean> => {
    problem.value = fits(text) ? undefined : 'tooLong'
    if (problem.value) return false
    const mode = talk.mode.peek()
    return mode?.kind === 'edit' ? saveEdit(text, mode) : say(text)
  }

  const sendAnew = (text: string, message: StoredMessage): Promise<void> => {
    const body = textBodyOf(message)
    return body?.timer ? sendTimer(session, tag, body.timer.ttl) : sendText(session, tag, text, body?.reply)
  }

  return {
    files: threadFiles(session, tag),
    talk,
    ...{
      tag,
      rows,
      empty,
      newFrom,
      found,
      missed,
      announced,
      told,
      unfolded,
      problem,
      scroll,
      send,
      unfold,
      goTo,
    },
    written: () => {
      const mode = talk.mode.peek()
      return mode?.kind === 'edit' ? String(mode.message.body.text ?? '') : written
    },
    typed: (text) => {
      if (problem.peek() !== 'notKept') problem.value = undefined
      if (talk.mode.peek()?.kind !== 'edit') keep(text)
    },
    givenBack: (text) => {
      if (talk.mode.peek()?.kind !== 'edit') keep(text)
    },
    retry: (message) =>
      attempt(async () => {
        const released = await releaseOutgoing(store, message.n, session.now())
        if (released) session.kick()
        else if (typeof message.body.text === 'string') {
          // In this order: whatever cannot be stored, the text is still there.
          await sendAnew(message.body.text, message)
          await discardMessage(store, message.n)
        } else await retryFile(session, tag, message)
        session.changed(tag)
      }),
    discard: (message) =>
      attempt(async () => {
        await discardMessage(store, message.n)
        session.changed(tag)
        session.kick()
      }),
    confirm: async () => {
      const servers = session.servers()
      if (servers && (await confirmPeer(store, servers, tag, { anyServer: true }))) session.changed(tag)
    },
    close: () => {
      closing.abort()
      stop()
      keeper.left()
    },
  }
}
