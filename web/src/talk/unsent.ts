import { html, nothing, type TemplateResult } from 'lit-html'
import { reasonWords } from '../delivery/reason.ts'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import type { Thread } from '../thread/state.ts'
import { clockIcon } from '../ui/icons.ts'

/** What we did to a message and nobody has taken: while it is under way a clock, then why not, and what to do. */
export const unsentChanges = (thread: Thread, message: StoredMessage): TemplateResult | typeof nothing => {
  const { unsent = [] } = message
  if (unsent.length === 0) return nothing
  const failed = unsent.filter(({ state }) => state === 'failed')
  if (failed.length === 0) {
    return html`<p class="change-note">${clockIcon(14)}<span class="visually-hidden">${talkWords().sendingChange}</span></p>`
  }
  return html`${failed.map(
    (one) => html`
      <div class="change-note failed">
        <p class="small">${talkWords().unsent[one.kind]} ${reasonWords(one.code)}</p>
        <div class="buttons">
          <button class="retry" type="button" @click=${() => thread.talk.retry(message, one)}>${t.thread.retry}</button>
          <button class="retry" type="button" @click=${() => thread.talk.undo(one)}>${talkWords().undo}</button>
        </div>
      </div>
    `,
  )}`
}
