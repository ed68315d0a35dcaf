import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { notice } from '../ui/notice.ts'

/** A full mailbox turns people away: only its owner can make room. */
export const mailboxNotice = (session: Session): TemplateResult | typeof nothing =>
  session.mailbox.value?.full
    ? html`<div class="list-foot">
        ${notice(
          'bad',
          html`
            <p>${t.chats.mailboxFull}</p>
            <p class="small">${t.chats.mailboxFreeText}</p>
            <button class="button" type="button" @click=${session.freeMailbox}>${t.chats.mailboxFree}</button>
          `,
        )}
      </div>`
    : nothing
