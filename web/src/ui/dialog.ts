import { html, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { t } from '../strings/index.ts'

type Question = {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly answer: (sure: boolean) => void
}

const show = (element: Element | undefined): void => {
  // A modal dialog must stand in the page before it is shown.
  queueMicrotask(() => {
    if (element instanceof HTMLDialogElement && element.isConnected && !element.open) element.showModal()
  })
}

/** Asks before something that cannot be undone. Escape and the browser's own ways out mean no. */
export const confirmDialog = ({ title, text, yes, answer }: Question): TemplateResult => html`
  <dialog class="dialog" aria-labelledby="dialog-title" aria-describedby="dialog-text" ${ref(show)} @close=${() => answer(false)}>
    <div class="stack">
      <h2 id="dialog-title">${title}</h2>
      <p class="muted" id="dialog-text">${text}</p>
      <div class="buttons">
        <button class="button" type="button" autofocus @click=${() => answer(false)}>${t.cancel}</button>
        <button class="button danger" type="button" @click=${() => answer(true)}>${yes}</button>
      </div>
    </div>
  </dialog>
`
