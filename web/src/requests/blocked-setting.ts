import { html, type TemplateResult } from 'lit-html'
import { listOf } from '../chats/groups.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { identicon } from '../ui/identicon.ts'
import { nameOf } from '../ui/peer-name.ts'
import { accept } from './state.ts'

/** Everybody who is blocked, in settings, and the way back. */
export const blockedSetting = (session: Session): TemplateResult => {
  const people = listOf(session.chats.summaries.value, 'blocked')
  return html`
    <section class="setting">
      <h2>${t.list.blocked.setting}</h2>
      <p class="muted">${people.length === 0 ? t.list.blocked.none : t.list.blocked.settingText(people.length)}</p>
      <ul class="stack tight blocked-people">
        ${people.map(({ conversation }) => {
          const name = nameOf(conversation, session.account.value?.server)
          return html`
            <li class="person">
              ${identicon(conversation.primary, 36)}
              <div class="grow"><strong>${name}</strong></div>
              <button class="button" type="button" aria-label=${t.list.blocked.unblockWho(name)}
                @click=${() => accept(session, conversation)}>${t.list.blocked.unblock}</button>
            </li>
          `
        })}
      </ul>
    </section>
  `
}
