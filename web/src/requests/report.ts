import { html, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { t } from '../strings/index.ts'
import { copyButton } from '../ui/copy.ts'
import { block, reporting, reportText, serverOf } from './state.ts'

const close = (): void => {
  reporting.value = undefined
}

/** Says that nobody central reads it, and gives the words for who can do something. */
export const reportPanel = (session: Session, conversation: Conversation): TemplateResult => {
  const last = session.chats.summaries.value.get(conversation.tag)?.last
  // Rounded to the minute, so that drawing it again does not change the text under a selection.
  const now = Math.floor(Date.now() / 60_000) * 60_000
  const text = reportText(conversation, last && !last.delivery ? last.at : undefined, now)
  return html`
    <section class="decision stack" aria-labelledby="report-title">
      <h2 id="report-title">${t.list.report.title}</h2>
      <p class="small">${t.list.report.text(serverOf(conversation) ?? t.list.report.someServer)}</p>
      <textarea class="input report-text" readonly rows="5" aria-label=${t.list.report.label} .value=${text}></textarea>
      <div class="buttons">
        ${copyButton('report', text, t.list.report.copy)}
        ${
          conversation.standing === 'blocked'
            ? ''
            : html`<button class="button danger" type="button" @click=${() => block(session, conversation)}>${t.list.report.block}</button>`
        }
        <button class="button" type="button" @click=${close}>${t.list.report.close}</button>
      </div>
    </section>
  `
}
