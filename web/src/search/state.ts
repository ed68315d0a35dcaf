import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { type Hit, searchMessages } from '../storage/search.ts'
import { parseQuery } from './match.ts'

const step = 50

export type Results = {
  readonly hits: readonly Hit[]
  /** There may be more. */
  readonly more: boolean
}

/** What was last looked for, so that it is still there when one comes back from a message. */
export type Search = {
  readonly typed: ReadonlySignal<string>
  /** Undefined while nothing is looked for, or nothing has been found out yet. */
  readonly results: ReadonlySignal<Results | undefined>
  /** Looks for what was typed, in one conversation if it is given. */
  look(typed: string, conversation?: string): void
  /** Shows more of the same. */
  more(): void
}

const createSearch = (session: Session): Search => {
  const typed = signal('')
  const results: Signal<Results | undefined> = signal(undefined)
  let within: string | undefined
  let most = step
  let running = new AbortController()

  const isBlocked = (tag: string): boolean =>
    session.chats.summaries.peek().get(tag)?.conversation.standing === 'blocked'

  const run = async (): Promise<void> => {
    running.abort()
    running = new AbortController()
    const { signal } = running
    const query = parseQuery(typed.peek())
    if (query.length === 0) {
      results.value = undefined
      return
    }
    const hits = await searchMessages(session.store, query, { most, conversation: within, signal })
    if (signal.aborted || session.ended.aborted) return
    const shown = hits.filter(({ conversation }) => conversation === within || !isBlocked(conversation))
    results.value = { hits: shown, more: hits.length === most }
  }

  return {
    typed,
    results,
    look: (text, conversation) => {
      if (text === typed.peek() && conversation === within && results.peek()) return
      if (conversation !== within) results.value = undefined
      typed.value = text
      within = conversation
      most = step
      void run()
    },
    more: () => {
      most += step
      void run()
    },
  }
}

const searches = new WeakMap<Session, Search>()

export const searchOf = (session: Session): Search => {
  const known = searches.get(session) ?? createSearch(session)
  searches.set(session, known)
  return known
}
