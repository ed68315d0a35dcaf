import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { changeProgress, type FirstStep, type Progress, readProgress } from '../storage/progress.ts'

const known = new WeakMap<Session, Signal<Progress | undefined>>()

const stateOf = (session: Session): Signal<Progress | undefined> => {
  const state = known.get(session) ?? signal<Progress | undefined>(undefined)
  if (!known.has(session)) {
    known.set(session, state)
    void readProgress(session.store).then(
      (progress) => {
        state.value ??= progress
      },
      () => {
        state.value ??= { done: {} }
      },
    )
  }
  return state
}

/** How far the first steps have come; undefined until it is read. */
export const progressOf = (session: Session): ReadonlySignal<Progress | undefined> => stateOf(session)

/** Notes that a first step is done on this device. */
export const noteDone = async (session: Session, step: FirstStep): Promise<void> => {
  const change = (now: Progress): Progress => ({ ...now, done: { ...now.done, [step]: Date.now() } })
  stateOf(session).value = await changeProgress(session.store, change)
}

/** Notes that a first step is to be done again. */
export const noteUndone = async (session: Session, step: FirstStep): Promise<void> => {
  const change = (now: Progress): Progress => ({
    ...now,
    done: Object.fromEntries(Object.entries(now.done).filter(([name]) => name !== step)),
  })
  stateOf(session).value = await changeProgress(session.store, change)
}

/** Notes that all words were entered correctly. */
export const noteProven = async (session: Session): Promise<void> => {
  stateOf(session).value = await changeProgress(session.store, (now) => ({ ...now, proven_at: Date.now() }))
}
