import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { checkIcon, clockIcon, crossIcon } from '../ui/icons.ts'
import { spinner } from '../ui/notice.ts'
import { examine, renew } from './actions.ts'
import { adviceFor, isMendable } from './advice.ts'
import type { Check } from './doctor.ts'
import { here } from './here.ts'
import { knownOf } from './state.ts'

const mark = ({ outcome }: Check): TemplateResult | typeof nothing => {
  if (outcome === 'passed') return checkIcon(20)
  if (outcome === 'failed') return crossIcon(20)
  if (outcome === 'waiting') return clockIcon(20)
  return outcome === 'looking' ? spinner() : nothing
}

const answer = ({ status, outcome }: Check): string =>
  status === undefined || outcome === 'passed' ? '' : t.notifications.doctor.status(status)

const row = (check: Check): TemplateResult => {
  const advice = [answer(check), adviceFor(check, here())].filter((text) => text !== '').join(' ')
  return html`
    <li class="check" data-outcome=${check.outcome}>
      <span class="mark">${mark(check)}<span class="visually-hidden">${t.notifications.doctor.outcomes[check.outcome]}</span></span>
      <div>
        <p>${t.notifications.doctor.steps[check.name]}</p>
        ${advice === '' ? nothing : html`<p class="muted small">${advice}</p>`}
      </div>
    </li>
  `
}

const actions = (session: Session, checks: readonly Check[]): TemplateResult => {
  const working = knownOf(session).working.value
  const label = checks.length === 0 ? t.notifications.doctor.run : t.notifications.doctor.again
  return html`
    <div class="buttons">
      ${
        checks.some(isMendable)
          ? html`<button class="button primary" type="button" aria-disabled=${working} @click=${() => renew(session)}>
              ${t.notifications.doctor.renew}
            </button>`
          : nothing
      }
      <button class="button" type="button" aria-disabled=${working} @click=${() => examine(session)}>
        ${working ? html`${spinner()}${t.working}` : label}
      </button>
    </div>
  `
}

const verdict = (checks: readonly Check[]): string => {
  if (checks.some(({ outcome }) => outcome === 'looking')) return t.notifications.doctor.running
  const good = checks.length > 0 && checks.every(({ outcome }) => outcome === 'passed')
  return good ? t.notifications.doctor.allGood : ''
}

/** A real push to this device, step by step. */
export const doctorView = (session: Session): TemplateResult => {
  const checks = knownOf(session).checks.value
  return html`
    <section class="setting">
      <h2>${t.notifications.doctor.title}</h2>
      <p class="muted">${t.notifications.doctor.text}</p>
      ${checks.length === 0 ? nothing : html`<ol class="checks">${checks.map(row)}</ol>`}
      <p role="status">${verdict(checks)}</p>
      ${actions(session, checks)}
    </section>
  `
}
