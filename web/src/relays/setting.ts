import { html, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { t } from '../strings/index.ts'

/** The door to the page of relays and confirmations. */
export const relaysSetting = (): TemplateResult =>
  html`<div><a class="button" href=${linkTo({ name: 'relays' })}>${t.relays.page.title}</a></div>`
