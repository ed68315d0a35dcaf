import { effect } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo, route } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { bellIcon } from '../ui/icons.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { turnOff, turnOn } from './actions.ts'
import { unblockAdvice } from './advice.ts'
import { readDevices } from './devices.ts'
import { devicesView } from './devices-view.ts'
import { doctorView } from './doctor-view.ts'
import { here } from './here.ts'
import { knownOf, standingOf } from './state.ts'
import { whileOpen } from './while-open.ts'

const trouble = (session: Session): TemplateResult | typeof nothing => {
  const problem = knownOf(session).problem.value
  return problem === '' ? nothing : notice('bad', problem)
}

const card = (title: string, text: string): TemplateResult => html`
  <section class="card stack">
    <h2>${title}</h2>
    <p class="muted">${text}</p>
  </section>
`

/** The one question. The browser asks its own only after this button. */
const question = (session: Session): TemplateResult => {
  const { working, permission, wish } = knownOf(session)
  return html`
    <section class="card stack">
      ${wish.value?.removed_elsewhere ? html`<p>${t.notifications.removedElsewhere}</p>` : nothing}
      <h2>${t.notifications.question}</h2>
      <p class="muted">${t.notifications.text}</p>
      <div>
        <button class="button primary" type="button" aria-disabled=${working.value} @click=${() => turnOn(session)}>
          ${working.value ? spinner() : bellIcon()}${t.notifications.turnOn}
        </button>
      </div>
      <p role="status">${working.value && permission.value === 'default' ? t.notifications.asking : ''}</p>
      <p class="muted small">${t.notifications.privacy}</p>
    </section>
  `
}

const whileOn = (session: Session): TemplateResult => html`
  <section class="setting">
    <p role="status">${t.notifications.on}</p>
    <div>
      <button class="button" type="button" aria-disabled=${knownOf(session).working.value} @click=${() => turnOff(session)}>
        ${t.notifications.turnOff}
      </button>
    </div>
  </section>
  ${doctorView(session)}
`

const body = (session: Session): TemplateResult | typeof nothing => {
  switch (standingOf(session)) {
    case 'unknown':
      return nothing
    case 'none':
      return card(t.notifications.noneTitle, t.notifications.none)
    case 'install_first':
      return card(t.notifications.installTitle, t.notifications.install)
    case 'blocked':
      return card(t.notifications.blockedTitle, unblockAdvice(here()))
    case 'off':
      return question(session)
    case 'on':
      return whileOn(session)
  }
}

const shownIn = new WeakSet<Session>()

/** Asks for the list of devices each time that the page is opened, and when the server is reached again. */
const followPage = (session: Session): void => {
  if (shownIn.has(session)) return
  shownIn.add(session)
  const stop = effect(() => {
    if (route.value.name !== 'notifications' || session.connection.value.state !== 'live') return
    void readDevices(session).catch(() => undefined)
  })
  session.ended.addEventListener('abort', stop)
}

export const notificationsView = (session: Session): TemplateResult => {
  followPage(session)
  return screen({
    id: 'notifications',
    back: { href: linkTo({ name: 'settings' }) },
    body: html`
      <h1 tabindex="-1">${t.notifications.title}</h1>
      ${trouble(session)} ${body(session)} ${whileOpen(session)} ${devicesView(session)}
    `,
  })
}
