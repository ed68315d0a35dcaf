import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { attempt } from '../ui/attempt.ts'
import { bellIcon } from '../ui/icons.ts'
import { knownOf, standingOf, want } from './state.ts'

const isWelcome = (session: Session): boolean =>
  standingOf(session) === 'off' &&
  knownOf(session).wish.value?.nudge_dismissed !== true &&
  session.chats.summaries.value.size > 0

const dismiss = (session: Session): void => {
  const wish = knownOf(session).wish.value
  if (wish) void attempt(() => want(session, { ...wish, nudge_dismissed: true }))
}

/** Above the chats: that notifications are off, until the person turns them on or does not want to hear of it. */
export const notificationsNudge = (session: Session): TemplateResult | typeof nothing =>
  isWelcome(session)
    ? html`
        <aside class="nudge" aria-label=${t.notifications.title}>
          ${bellIcon()}
          <p>${t.notifications.nudge}</p>
          <div class="buttons">
            <a class="button" href=${linkTo({ name: 'notifications' })}>${t.notifications.nudgeOpen}</a>
            <button class="button plain" type="button" @click=${() => dismiss(session)}>${t.notifications.nudgeDismiss}</button>
          </div>
        </aside>
      `
    : nothing
