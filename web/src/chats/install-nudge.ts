import { html, nothing, type TemplateResult } from 'lit-html'
import { changeTelling, knownTelling } from '../notifications/state.ts'
import type { Session } from '../session/session.ts'
import { tellingWords } from '../strings/telling.ts'
import { attempt } from '../ui/attempt.ts'
import { chatIcon } from '../ui/icons.ts'
import { canInstall, install, isInstalled } from '../welcome/install.ts'

const day = 86_400_000

/** Somebody who has just begun has other things to think of. */
const isAtHome = (session: Session): boolean =>
  [...session.chats.summaries.value.values()].some(
    ({ conversation, last }) => last !== undefined && session.now() - conversation.created_at > day,
  )

const dismiss = (session: Session): void => {
  const telling = knownTelling(session).value
  if (telling) void attempt(() => changeTelling(session, { ...telling, install_dismissed: true }))
}

/** Said once: whatever the answer is, it is not said again. */
const accept = async (session: Session): Promise<void> => {
  await install()
  dismiss(session)
}

/** That the browser could install the app, to somebody who has used it for a day. */
export const installNudge = (session: Session): TemplateResult | typeof nothing => {
  const telling = knownTelling(session).value
  if (isInstalled.value || !canInstall() || !telling || telling.install_dismissed || !isAtHome(session)) return nothing
  const words = tellingWords().install
  return html`
    <aside class="nudge" aria-label=${words.title}>
      ${chatIcon(24)}
      <p>${words.text}</p>
      <div class="buttons">
        <button class="button" type="button" @click=${() => accept(session)}>${words.install}</button>
        <button class="button plain" type="button" @click=${() => dismiss(session)}>${words.later}</button>
      </div>
    </aside>
  `
}
