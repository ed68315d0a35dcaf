import { html, nothing, type TemplateResult } from 'lit-html'
import { t } from '../strings/index.ts'
import { backIcon } from './icons.ts'

type Back = { readonly href: string } | { readonly click: () => void }

type Screen = {
  /** Names the screen: the focus goes to its heading when it changes. */
  readonly id: string
  readonly back?: Back | undefined
  readonly body: TemplateResult
}

const backControl = (back: Back): TemplateResult =>
  'href' in back
    ? html`<a class="icon-button" href=${back.href} aria-label=${t.back}>${backIcon()}</a>`
    : html`<button class="icon-button" type="button" @click=${back.click} aria-label=${t.back}>${backIcon()}</button>`

/** One column with the wordmark on top: every page but the chats. */
export const screen = ({ id, back, body }: Screen): TemplateResult => html`
  <div class="page">
    <main class="column" data-screen=${id}>
      <header class="page-head">
        ${back ? backControl(back) : nothing}
        <span class="wordmark" role="img" aria-label="kez">kez</span>
      </header>
      <div class="stack loose enter">${body}</div>
    </main>
  </div>
`

/** How far along a sequence of pages one is. */
export const steps = (done: number, of: number): TemplateResult => html`
  <div>
    <p class="visually-hidden">${t.step(done, of)}</p>
    <ol class="steps" aria-hidden="true">
      ${Array.from({ length: of }, (_, i) => html`<li class=${i < done ? 'done' : ''}></li>`)}
    </ol>
  </div>
`

/** A page in the middle of the window: loading, and what cannot go on. */
export const centerPage = (id: string, body: TemplateResult): TemplateResult => html`
  <main class="center-page" data-screen=${id}>${body}</main>
`
