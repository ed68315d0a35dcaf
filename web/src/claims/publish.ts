import { html, nothing, type TemplateResult } from 'lit-html'
import type { OwnClaim } from '../storage/claims.ts'
import { claimWords } from '../strings/claims.ts'
import { t } from '../strings/index.ts'
import { copyButton } from '../ui/copy.ts'
import { spinner } from '../ui/notice.ts'
import { partsOf } from './channels.ts'
import { type ClaimText, claimText } from './text.ts'

const how = (subject: string): TemplateResult | typeof nothing => {
  const { channel, value } = partsOf(subject)
  if (!channel) return nothing
  return html`<ol class="how">${claimWords()
    .one.how[channel](value)
    .map((step) => html`<li>${step}</li>`)}</ol>`
}

const field = (label: string, text: string, copy: TemplateResult): TemplateResult => html`
  <div class="field">
    <span class="label">${label}</span>
    <pre class="claim-text" tabindex="0" aria-label=${label}>${text}</pre>
    <div>${copy}</div>
  </div>
`

const written = ({ text, record }: ClaimText): TemplateResult => {
  const { one } = claimWords()
  return html`
    ${record ? field(one.name, record.name, copyButton('record-name', record.name, one.copyName)) : nothing}
    ${field(record ? one.value : one.publish, text, copyButton('claim-text', text, one.copy))}
    ${
      record
        ? html`<details><summary>${one.zone}</summary><pre class="claim-text" tabindex="0" aria-label=${one.zone}>${record.zone}</pre></details>`
        : nothing
    }
  `
}

/** What is to be published, and where. */
export const publishing = (claim: OwnClaim): TemplateResult => {
  const text = claimText(claim).value
  return html`
    <section class="setting">
      <h2>${claimWords().one.publish}</h2>
      ${how(claim.subject)}
      ${text ? written(text) : html`<p role="status">${spinner()}<span class="visually-hidden">${t.loading}</span></p>`}
    </section>
  `
}
