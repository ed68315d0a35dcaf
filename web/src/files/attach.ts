import { effect, signal } from '@preact/signals-core'
import { nothing, type TemplateResult } from 'lit-html'
import { route } from '../app/route.ts'
import type { Thread } from '../thread/state.ts'
import type { Chosen } from './attach-dialog.ts'
import { laterLayer } from './later.ts'

const chosen = signal<Chosen | undefined>(undefined)

/** Files were picked, pasted or dropped: they are looked at before they are sent. `folders` = so many were among them. */
export const chooseFiles = (thread: Thread, files: readonly File[], folders: readonly string[] = []): void => {
  if (files.length + folders.length > 0) chosen.value = { thread, files, folders }
}

const dismiss = (): void => {
  chosen.value = undefined
}

// Whoever goes elsewhere sends nothing.
effect(() => {
  void route.value
  dismiss()
})

const dialog = laterLayer(() => import('./attach-dialog.ts').then((part) => part.attachDialog))

/** What is about to be sent, over the page. `name` is whom it goes to. */
export const attachLayer = (name: string): TemplateResult | typeof nothing => {
  const now = chosen.value
  if (!now) return nothing
  // Browsers tell of a closed dialog a moment later: others may have been chosen by then.
  return dialog(now, name, () => (chosen.peek() === now ? dismiss() : undefined))
}
