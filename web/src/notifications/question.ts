import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { tellingWords } from '../strings/telling.ts'
import { attempt } from '../ui/attempt.ts'
import { bellIcon } from '../ui/icons.ts'
import { notice, spinner } from '../ui/notice.ts'
import { turnOn } from './actions.ts'
import { knownOf, standingOf, want } from './state.ts'

const isOpen = (session: Session): boolean => {
  const wish = knownOf(session).wish.value
  return standingOf(session) === 'off' && wish?.asked !== true && wish?.nudge_dismissed !== true
}

const no = (session: Session): void => {
  const wish = knownOf(session).wish.value
  if (wish) void attempt(() => want(session, { ...wish, asked: true }))
}

/** Asked once, when somebody has just come in. The browser asks its own question only after the yes. */
export const firstQuestion = (session: Session): TemplateResult | typeof nothing => {
  const { working, problem, permission } = knownOf(session)
  if (problem.value !== '') return notice('bad', problem.value)
  if (!isOpen(session)) return nothing
  const words = tellingWords().ask
  return html`
    <section class="card stack" aria-labelledby="first-question">
      <h2 id="first-question">${t.notifications.question}</h2>
      <p class="muted">${t.notifications.text}</p>
      <div class="buttons">
        <button class="button primary" type="button" aria-disabled=${working.value} @click=${() => turnOn(session)}>
          ${working.value ? spinner() : bellIcon()}${words.yes}
        </button>
        <button class="button" type="button" aria-disabled=${working.value} @click=${() => no(session)}>${words.no}</button>
      </div>
      <p role="status">${working.value && permission.value === 'default' ? t.notifications.asking : ''}</p>
    </section>
  `
}
