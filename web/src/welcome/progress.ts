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

/** Notes that the identity was brought back in thought: by its `words`, or by the key they stand for. */
export const noteProven = async (session: Session, { words }: { words: boolean }): Promise<void> => {
  const at = Date.now()
  const change = (now: Progress): Progress => ({
    ...now,
    proven_at: at,
    done: words ? { phrase: at, ...now.done } : now.done,
  })
  stateOf(session).value = await changeProgress(session.store, change)
}

const settling = 90 * 24 * 60 * 60_000

/** Whether this device does not know yet whom its owner knows: some time after the identity was brought here. */
export const isNewlyRestored = (session: Session): boolean => {
  const at = progressOf(session).value?.restored_at
  return at !== undefined && Date.now() - at < settling
}
