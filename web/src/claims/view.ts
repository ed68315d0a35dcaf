import { html, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { alarm } from '../people/alarm.ts'
import { markRow } from '../people/marks-list.ts'
import { badgeStanding } from '../people/standing.ts'
import { personOf } from '../people/state.ts'
import { ownWho } from '../people/who.ts'
import type { Session } from '../session/session.ts'
import { claimWords } from '../strings/claims.ts'
import { t } from '../strings/index.ts'
import { spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import type { Standing } from './standing.ts'
import { ownStandings, tagOf } from './state.ts'

const row = (session: Session, standing: Standing): TemplateResult => {
  const { subject, state, mark } = standing
  const tag = tagOf(session, standing)
  return html`
    <li>
      <a class="claim-door" href=${linkTo({ name: 'claim', tag })}>${markRow({ ...mark, subject, state }, { name: true, place: false, now: session.now() })}</a>
    </li>
  `
}

const listOf = (session: Session, standings: readonly Standing[] | undefined): TemplateResult => {
  if (!standings) return html`<p role="status">${spinner()}<span class="visually-hidden">${t.loading}</span></p>`
  if (standings.length === 0)
    return html`<div class="card stack tight"><h2>${claimWords().none}</h2><p class="muted">${claimWords().noneText}</p></div>`
  return html`<ul class="claims">${standings.map((standing) => row(session, standing))}</ul>`
}

/** All own claims, unfinished ones first. */
export const claimsView = (session: Session): TemplateResult => {
  const who = ownWho(session)
  const person = personOf(session, who?.tag ?? '')
  const standings = ownStandings(session)
  return screen({
    id: 'claims',
    back: { href: linkTo({ name: 'me' }) },
    body: html`
      <div class="stack tight">
        <h1 tabindex="-1">${claimWords().title}</h1>
        <p class="muted">${claimWords().text}</p>
      </div>
      ${alarm(person)} ${listOf(session, standings)}
      ${standings && standings.length > 0 ? html`<p class="muted">${claimWords().badge[badgeStanding(person, session.now())]}</p>` : ''}
      <div><a class="button primary" href=${linkTo({ name: 'add-claim' })}>${claimWords().add}</a></div>
    `,
  })
}
