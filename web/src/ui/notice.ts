import { html, type TemplateResult } from 'lit-html'
import { warnIcon } from './icons.ts'

/** A framed remark; `bad` ones are announced at once. */
export const notice = (kind: 'warn' | 'bad', content: unknown): TemplateResult => html`
  <div class="notice ${kind}" role=${kind === 'bad' ? 'alert' : 'note'}>${warnIcon()}<div>${content}</div></div>
`

export const spinner = (): TemplateResult => html`<span class="spinner" aria-hidden="true"></span>`
