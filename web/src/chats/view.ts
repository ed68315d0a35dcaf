import { html, nothing, type TemplateResult } from 'lit-html'
import { route } from '../app/route.ts'
import { deliverySheet } from '../delivery/sheet.ts'
import { faceSheet } from '../profile/zoom.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { threadScreen, threadView } from '../thread/view.ts'
import { chatIcon } from '../ui/icons.ts'
import { clockWarning } from './clock.ts'
import { connectionNews } from './connection.ts'
import { countOf } from './groups.ts'
import { listPane, shownGroup } from './list.ts'

/** What concerns everything: on every pane, since a phone shows only one. */
const banner = (session: Session): TemplateResult => html`
  <div class="banner" role="status">
    ${connectionNews(session.connection.value, session.relays.value)}
    ${clockWarning(session)}
  </div>
`

/** What stands beside a list when nothing of it is open; beside an empty one there is nothing to pick. */
const nothingOpen = (session: Session): TemplateResult => {
  const group = shownGroup(session)
  const text = group === 'chats' ? t.chats.pickOne : t.list.pickOne[group]
  const any = group === 'chats' || countOf(session.chats.summaries.value, group) > 0
  return html`<div class="empty">${chatIcon(40)}${any ? html`<p class="muted">${text}</p>` : nothing}</div>`
}

export const chatsView = (session: Session): TemplateResult => {
  const open = route.value.name === 'chat' ? route.value.tag : undefined
  return html`
    <main class="chats" data-screen=${open ? threadScreen(session, open) : shownGroup(session)} ?data-open=${open}>
      ${banner(session)} ${listPane(session, open)}
      <section class="pane thread-pane">
        ${open ? threadView(session, open) : nothingOpen(session)}
      </section>
      ${open ? deliverySheet(session, open) : nothing} ${faceSheet(session)}
    </main>
  `
}
