import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { keyed } from 'lit-html/directives/keyed.js'
import { ref } from 'lit-html/directives/ref.js'
import type { KeptFile } from '../storage/files.ts'
import type { ImageFacts } from '../storage/message.ts'
import { fileWords } from '../strings/files.ts'
import { t } from '../strings/index.ts'
import { crossIcon, saveIcon, zoomIcon } from '../ui/icons.ts'
import { exactTime } from '../ui/time.ts'
import { blobOf, saveFile } from './save.ts'
import { zoomOf } from './zoom.ts'

/** A picture that is looked at by itself, and when it was sent. */
export type Shown = { readonly file: KeptFile; readonly image: ImageFacts; readonly at: number }

const marked = { picture: true }
/** The picture as it is, once it has been read. */
const url = signal<string | undefined>(undefined)
const zoomed = signal(false)

/** What one open picture needs to be put away again. */
const open = (dialog: HTMLDialogElement, { file, image }: Shown): (() => void) => {
  const ending = new AbortController()
  const { signal: ended } = ending
  // So that the way back of a phone closes the picture, not the conversation.
  window.history.pushState(marked, '', window.location.href)
  window.addEventListener('popstate', () => dialog.close(), { signal: ended })
  void blobOf(file, image).then((blob) => {
    if (!ended.aborted) url.value = URL.createObjectURL(blob)
  })
  dialog.showModal()
  return () => {
    ending.abort()
    if (url.peek() !== undefined) URL.revokeObjectURL(url.peek() ?? '')
    url.value = undefined
    zoomed.value = false
    if (window.history.state?.picture === true) window.history.back()
  }
}

let putAway: (() => void) | undefined

const attach =
  (shown: Shown) =>
  (element: Element | undefined): void => {
    if (!element) {
      putAway?.()
      putAway = undefined
    }
    // A modal dialog must stand in the page before it is shown.
    queueMicrotask(() => {
      if (element instanceof HTMLDialogElement && element.isConnected && !element.open) putAway = open(element, shown)
    })
  }

type Parts = { readonly dialog: ReturnType<typeof attach>; readonly zoom: ReturnType<typeof zoomOf> }

// The same in every drawing, or lit would take each for another.
const parts = new WeakMap<Shown, Parts>()

const partsOf = (shown: Shown): Parts => {
  const told = (by: number): void => {
    zoomed.value = by > 1
  }
  const known = parts.get(shown) ?? { dialog: attach(shown), zoom: zoomOf(told) }
  parts.set(shown, known)
  return known
}

const close = ({ currentTarget }: Event): void => {
  if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close()
}

/** A picture by itself over the page. Escape, the cross, and the way back close it; the focus goes back to where it was. */
export const lightbox = (shown: Shown, closed: () => void): TemplateResult => {
  const { file, at, image } = shown
  const words = fileWords()
  const { dialog, zoom } = partsOf(shown)
  return html`${keyed(
    shown,
    html`
    <dialog class="lightbox" aria-label=${file.name} ${ref(dialog)} @close=${closed}>
      <header class="lightbox-bar">
        <div class="grow">
          <p class="text-cut"><bdi>${file.name}</bdi></p>
          <p class="small text-cut">${exactTime(at)}</p>
        </div>
        <button class="icon-button" type="button" aria-label=${words.zoom} aria-pressed=${zoomed.value} @click=${zoom.toggle}>${zoomIcon()}</button>
        <button class="icon-button" type="button" aria-label=${words.save} @click=${() => saveFile(file)}>${saveIcon()}</button>
        <button class="icon-button" type="button" aria-label=${t.delivery.close} autofocus @click=${close}>${crossIcon(20)}</button>
      </header>
      <div class="lightbox-area" tabindex="0" role="group" aria-label=${file.name} ${ref(zoom.attach)}>
        ${
          url.value === undefined
            ? nothing
            : html`<img src=${url.value} alt=${file.name} width=${image.width} height=${image.height} draggable="false" />`
        }
      </div>
    </dialog>
  `,
  )}`
}
