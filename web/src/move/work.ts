import { type ReadonlySignal, signal } from '@preact/signals-core'
import { comeBack, workAlone } from '../app/app.ts'
import { goTo, type Route } from '../app/route.ts'
import { type Problem, problemOf } from './problem.ts'
import type { ImportReport } from './read-export.ts'
import type { ExportReport } from './write-export.ts'

type What = 'export' | 'import'

/** What is being done, or was done last, in this tab. */
export type Work =
  | { readonly what: What; readonly state: 'running' | 'stopping'; readonly done: number }
  | { readonly what: What; readonly state: 'stopped' }
  | { readonly what: What; readonly state: 'failed'; readonly problem: Problem }
  | { readonly what: 'export'; readonly state: 'done'; readonly report: ExportReport; readonly name: string }
  | { readonly what: 'import'; readonly state: 'done'; readonly report: ImportReport }

const current = signal<Work | undefined>(undefined)
export const work: ReadonlySignal<Work | undefined> = current

let stopping = new AbortController()

export const stop = (): void => {
  const now = current.value
  if (now?.state === 'running') current.value = { ...now, state: 'stopping' }
  stopping.abort()
}

const redrawMs = 100

/**
 * Does something with the storage to itself, and shows how far it is. `step` gets the share that is done, 0 to 1. Resolves
 * when it has ended, however; rejects when it could not begin.
 */
export const run = async (
  what: What,
  step: (signal: AbortSignal, progress: (done: number) => void) => Promise<Extract<Work, { state: 'done' }>>,
): Promise<void> => {
  const abort = new AbortController()
  let shownAt = 0
  const progress = (done: number): void => {
    const now = Date.now()
    if (now - shownAt < redrawMs || current.value?.state !== 'running') return
    shownAt = now
    current.value = { what, state: 'running', done }
  }
  await workAlone(async () => {
    stopping = abort
    current.value = { what, state: 'running', done: 0 }
    try {
      current.value = await step(abort.signal, progress)
    } catch (error) {
      current.value = abort.signal.aborted
        ? { what, state: 'stopped' }
        : { what, state: 'failed', problem: problemOf(error) }
    }
  })
}

/** Leaves what was shown, and goes on. */
export const leave = async (next: Route): Promise<void> => {
  goTo(next, { replace: true })
  await comeBack()
  current.value = undefined
}
