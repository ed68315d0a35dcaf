import { html, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { lastProven } from '../welcome/last-proven.ts'

/** Ways to what opens the app, on pages of their own. */
export const keysSetting = (): TemplateResult => html`
  <div class="buttons">
    <a class="button" href=${linkTo({ name: 'passphrase' })}>${t.keys.change.title}</a>
    <a class="button" href=${linkTo({ name: 'quick-unlock' })}>${t.keys.quick.title}</a>
    <a class="button" href=${linkTo({ name: 'welcome' })}>${t.keys.welcome.link}</a>
  </div>
`

export const drillSetting = (session: Session): TemplateResult => html`
  <section class="setting">
    <p class="muted">${lastProven(session)}</p>
    <div><a class="button" href=${linkTo({ name: 'drill' })}>${t.keys.drill.open}</a></div>
  </section>
`
