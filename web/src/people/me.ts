import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { faceSheet, zoomableOwn } from '../profile/zoom.ts'
import type { Session } from '../session/session.ts'
import { claimWords } from '../strings/claims.ts'
import { t } from '../strings/index.ts'
import { profileWords } from '../strings/profile.ts'
import { copyButton } from '../ui/copy.ts'
import { screen } from '../ui/screen.ts'
import { alarm } from './alarm.ts'
import { badge } from './badge.ts'
import { marksOf } from './marks.ts'
import { marksList } from './marks-list.ts'
import { badgeStanding } from './standing.ts'
import { personOf } from './state.ts'
import { ownWho } from './who.ts'

/** The own profile, as others see it. */
export const meView = (session: Session): TemplateResult => {
  const who = ownWho(session)
  const tag = who?.tag ?? ''
  const person = personOf(session, tag)
  const marks = marksOf(person, session.now())
  return screen({
    id: 'me',
    back: { href: linkTo({ name: 'settings' }) },
    body: html`
      <div class="stack tight">
        <h1 tabindex="-1">${t.people.me.title}</h1>
        <p class="muted">${t.people.me.text}</p>
      </div>
      <section class="card stack">
        <div class="person">
          ${zoomableOwn(session, 64)}
          <div>
            <div class="name-line person-name"><strong>${who?.handle}</strong>${badge(session, tag)}</div>
            <p class="muted small">${t.people.badge[badgeStanding(person, session.now())]}</p>
          </div>
        </div>
        <div>
          <h2 class="label">${t.people.me.key}</h2>
          <p class="key-line">${session.key.primary}</p>
        </div>
        <div class="buttons">
          ${copyButton('own-handle', who?.handle ?? '', t.settings.copyHandle)}
          <a class="button" href=${linkTo({ name: 'picture' })}>${profileWords().open}</a>
          ${copyButton('own-key', session.key.primary, t.people.me.copyKey)}
        </div>
      </section>
      ${alarm(person)}
      <section class="setting">
        <h2>${t.people.me.claims}</h2>
        ${marks.length === 0 ? html`<p class="muted">${t.people.me.noClaims}</p>` : marksList(marks, session.now())}
        <div class="buttons">
          <a class="button primary" href=${linkTo({ name: 'add-claim' })}>${claimWords().add}</a>
          ${marks.length === 0 ? nothing : html`<a class="button" href=${linkTo({ name: 'claims' })}>${t.people.me.manage}</a>`}
        </div>
      </section>
      <div><a class="button" href=${linkTo({ name: 'dashboard' })}>${t.people.me.dashboard}</a></div>
      ${faceSheet(session)}
    `,
  })
}
