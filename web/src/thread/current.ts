import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals-core'
import { route } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { openThread, type Thread } from './state.ts'

const threads = new WeakMap<Session, ReadonlySignal<Thread | undefined>>()

const follow = (session: Session): ReadonlySignal<Thread | undefined> => {
  const current = signal<Thread | undefined>(undefined)
  const leave = (): void => {
    current.peek()?.close()
    current.value = undefined
  }
  const open = async (tag: string, at: number | undefined): Promise<void> => {
    const thread = await openThread(session, tag, at)
    const now = route.peek()
    if (!session.ended.aborted && now.name === 'chat' && now.tag === tag) {
      current.value = thread
      session.findAcks()
    } else thread.close()
  }
  const stop = effect(() => {
    const now = route.value
    untracked(() => {
      if (now.name === 'chat' && current.value?.tag === now.tag) {
        if (now.at !== undefined) current.value.goTo(now.at)
        return
      }
      leave()
      if (now.name === 'chat') void open(now.tag, now.at)
    })
  })
  session.ended.addEventListener('abort', () => {
    stop()
    leave()
  })
  return current
}

/** The conversation that the address names, once it is read. */
export const currentThread = (session: Session): ReadonlySignal<Thread | undefined> => {
  const known = threads.get(session) ?? follow(session)
  threads.set(session, known)
  return known
}
