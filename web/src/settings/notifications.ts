import { html, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { standingOf } from '../notifications/state.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'

/** The way to the page about notifications, and how it stands. */
export const notificationsSetting = (session: Session): TemplateResult => html`
  <section class="setting">
    <h2>${t.notifications.title}</h2>
    <p class="muted">${standingOf(session) === 'on' ? t.notifications.settingOn : t.notifications.settingOff}</p>
    <div><a class="button" href=${linkTo({ name: 'notifications' })}>${t.notifications.open}</a></div>
  </section>
`
