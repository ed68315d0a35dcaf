import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import { forgetUnopened } from '../storage/unopened.ts'
import { t } from '../strings/index.ts'
import { attempt } from '../ui/attempt.ts'
import { notice } from '../ui/notice.ts'
import { exactTime } from '../ui/time.ts'

/** Messages that came and could not be opened: how many, when and why. */
export const unopenedNotice = (session: Session): TemplateResult | typeof nothing => {
  const list = session.chats.unopened.value
  if (list.length === 0) return nothing
  const dismiss = (): Promise<void> =>
    attempt(async () => {
      await forgetUnopened(session.store)
      session.unopenedChanged()
    })
  return html`
    <div class="list-foot">
      ${notice(
        'warn',
        html`
          <p>${t.chats.unopened(list.length)}</p>
          <details>
            <summary>${t.chats.unopenedDetails}</summary>
            <ul class="stack tight small">
              ${list.map(
                ({ reason, received_at }) =>
                  html`<li>${t.unopened.received(exactTime(received_at))} ${t.unopened.reasons[reason] ?? t.unopened.other}</li>`,
              )}
            </ul>
            <button class="button" type="button" @click=${dismiss}>${t.chats.unopenedDismiss}</button>
          </details>
        `,
      )}
    </div>
  `
}
