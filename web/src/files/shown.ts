import { effect, signal } from '@preact/signals-core'
import { nothing, type TemplateResult } from 'lit-html'
import { route } from '../app/route.ts'
import { laterLayer } from './later.ts'
import type { Shown } from './lightbox.ts'

const shown = signal<Shown | undefined>(undefined)

export const showPicture = (picture: Shown | undefined): void => {
  shown.value = picture
}

// Whoever goes elsewhere leaves it.
effect(() => {
  void route.value
  showPicture(undefined)
})

const lightbox = laterLayer(() => import('./lightbox.ts').then((part) => part.lightbox))

/** The picture that is looked at, over the page. */
export const shownPicture = (): TemplateResult | typeof nothing => {
  const now = shown.value
  if (!now) return nothing
  // Browsers tell of a closed dialog a moment later: another picture may be shown by then.
  return lightbox(now, () => (shown.peek() === now ? showPicture(undefined) : undefined))
}
