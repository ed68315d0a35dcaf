import { html, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { personOf } from '../people/state.ts'
import { ownWho } from '../people/who.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { checkIcon, warnIcon } from '../ui/icons.ts'
import { spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { type Finding, findingsOf } from './findings.ts'
import { inquire, reportOf } from './state.ts'

const row = ({ name, text, good }: Finding): TemplateResult => html`
  <div class="finding" data-good=${good}>
    <dt>${good ? checkIcon(20) : warnIcon(20)}${name}</dt>
    <dd>${text}</dd>
  </div>
`

const verdict = (findings: readonly Finding[]): TemplateResult => {
  const bad = findings.filter(({ good }) => !good).length
  return html`<p class=${bad === 0 ? 'good-text' : 'bad-text'} role="status">
    ${bad === 0 ? t.people.dashboard.good : t.people.dashboard.some(bad)}
  </p>`
}

const shown = (session: Session): TemplateResult => {
  const [report, account] = [reportOf(session).value, session.account.value]
  if (!report || !account) return html`<p class="working" role="status">${spinner()}${t.working}</p>`
  const findings = findingsOf(account, personOf(session, ownWho(session)?.tag ?? ''), report, session.now())
  return html`
    ${verdict(findings)}
    <dl class="findings">${findings.map(row)}</dl>
    <div><button class="button" type="button" @click=${() => inquire(session)}>${t.people.dashboard.again}</button></div>
  `
}

/** What the home server knows of this person, and whether that is as it should be. */
export const dashboardView = (session: Session): TemplateResult =>
  screen({
    id: 'dashboard',
    back: { href: linkTo({ name: 'me' }) },
    body: html`<h1 tabindex="-1">${t.people.dashboard.title}</h1>${shown(session)}`,
  })
