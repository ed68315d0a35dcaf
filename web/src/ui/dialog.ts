import { html, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { t } from '../strings/index.ts'

type Question = {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly answer: (sure: boolean) => void
}

/** For lit's ref directive: shows a dialog over the page. */
export const showModal = (element: Element | undefined): void => {
  // A modal dialog must stand in the page before it is shown.
  queueMicrotask(() => {
    if (element instanceof HTMLDialogElement && element.isConnected && !element.open) element.showModal()
  })
}

const closeDialog = (inside: EventTarget | null, value = ''): void => {
  if (inside instanceof Element) inside.closest('dialog')?.close(value)
}

const sure = 'yes'

// Closed rather than taken out of the page: so the focus goes back to where it came from.
const leave =
  (value: string) =>
  ({ target }: Event): void =>
    closeDialog(target, value)

/** Asks before something that cannot be undone. Escape and the browser's own ways out mean no. */
export const confirmDialog = ({ title, text, yes, answer }: Question): TemplateResult => {
  const onClose = ({ currentTarget }: Event): void =>
    answer(currentTarget instanceof HTMLDialogElement && currentTarget.returnValue === sure)
  return html`
  <dialog class="dialog" aria-labelledby="dialog-title" aria-describedby="dialog-text" ${ref(showModal)} @close=${onClose}>
    <div class="stack">
      <h2 id="dialog-title">${title}</h2>
      <p class="muted" id="dialog-text">${text}</p>
      <div class="buttons">
        <button class="button" type="button" autofocus @click=${leave('')}>${t.cancel}</button>
        <button class="button danger" type="button" @click=${leave(sure)}>${yes}</button>
      </div>
    </div>
  </dialog>
  `
}

type Sheet = {
  readonly title: string
  readonly body: TemplateResult
  /** It is closed: by its button, by Escape, or by a touch beside it. */
  readonly closed: () => void
}

// The dialog fills its box with one child, so that only its backdrop is hit itself.
const onBackdrop = ({ target }: Event): void => {
  if (target instanceof HTMLDialogElement) closeDialog(target)
}

/** Something to look up, over the page: from below on a phone. The focus goes back to where it came from. */
export const sheetDialog = ({ title, body, closed }: Sheet): TemplateResult => html`
  <dialog class="dialog sheet" aria-labelledby="sheet-title" ${ref(showModal)} @close=${closed} @click=${onBackdrop}>
    <div class="stack">
      <h2 id="sheet-title">${title}</h2>
      ${body}
      <div class="buttons">
        <button class="button" type="button" autofocus @click=${({ target }: Event) => closeDialog(target)}>${t.delivery.close}</button>
      </div>
    </div>
  </dialog>
`
