import { html, type TemplateResult } from 'lit-html'

/** The words of a recovery phrase with their numbers. */
export const wordGrid = (words: readonly string[]): TemplateResult => html`
  <ol class="phrase">
    ${words.map((word, i) => html`<li><span class="index" aria-hidden="true">${i + 1}</span>${word}</li>`)}
  </ol>
`
