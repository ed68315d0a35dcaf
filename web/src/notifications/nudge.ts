import { html, nothing, type TemplateResult } from 'lit-html'
import { goTo, linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { tellingWords } from '../strings/telling.ts'
import { attempt } from '../ui/attempt.ts'
import { bellIcon } from '../ui/icons.ts'
import { spinner } from '../ui/notice.ts'
import { toast } from '../ui/toast.ts'
import { isNewlyRestored } from '../welcome/progress.ts'
import { turnOn } from './actions.ts'
import { knownOf, standingOf, want } from './state.ts'

const isWelcome = (session: Session): boolean =>
  knownOf(session).wish.value?.nudge_dismissed !== true &&
  (session.chats.summaries.value.size > 0 || isNewlyRestored(session))

const dismiss = (session: Session): void => {
  const wish = knownOf(session).wish.value
  if (wish) void attempt(() => want(session, { ...wish, nudge_dismissed: true }))
}

/** What is in the way stands on the page about notifications. */
const accept = async (session: Session): Promise<void> => {
  await turnOn(session)
  if (knownOf(session).problem.value === '') toast(t.notifications.on)
  else goTo({ name: 'notifications' })
}

const bar = (session: Session, text: string, action: TemplateResult): TemplateResult => html`
  <aside class="nudge" aria-label=${t.notifications.title}>
    ${bellIcon()}
    <p>${text}</p>
    <div class="buttons">
      ${action}
      <button class="button plain" type="button" @click=${() => dismiss(session)}>${t.notifications.nudgeDismiss}</button>
    </div>
  </aside>
`

/** Where somebody chats: that notifications are off, until they are turned on or the person does not want to hear of it. */
export const notificationsNudge = (session: Session): TemplateResult | typeof nothing => {
  const standing = standingOf(session)
  if (!isWelcome(session)) return nothing
  if (standing === 'install_first') {
    const { install, how } = tellingWords().nudge
    return bar(session, install, html`<a class="button" href=${linkTo({ name: 'notifications' })}>${how}</a>`)
  }
  if (standing !== 'off') return nothing
  const working = knownOf(session).working.value
  return bar(
    session,
    t.notifications.nudge,
    html`
      <button class="button" type="button" aria-disabled=${working} @click=${() => accept(session)}>
        ${working ? spinner() : nothing}${t.notifications.nudgeOpen}
      </button>
    `,
  )
}
