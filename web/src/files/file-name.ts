import { html, type TemplateResult } from 'lit-html'
import { splitName } from './name.ts'

/** A name in two parts, so that letters from right to left cannot put another ending where the eye looks for it. */
export const fileName = (name: string): TemplateResult => {
  const { base, extension } = splitName(name)
  return html`<span class="file-name" dir="ltr"><bdi class="text-cut">${base}</bdi><bdi dir="ltr">${extension}</bdi></span>`
}
