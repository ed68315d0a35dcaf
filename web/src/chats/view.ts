import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import { linkTo, route } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import type { Summary } from '../storage/conversations.ts'
import { t } from '../strings/index.ts'
import { threadScreen, threadView } from '../thread/view.ts'
import { copyButton } from '../ui/copy.ts'
import { chatIcon, composeIcon, settingsIcon } from '../ui/icons.ts'
import { identicon } from '../ui/identicon.ts'
import { nameOf } from '../ui/peer-name.ts'
import { shortTime } from '../ui/time.ts'
import { connectionLine, connectionProblem } from './connection.ts'
import { mailboxNotice } from './mailbox.ts'
import { sorted } from './state.ts'
import { unopenedNotice } from './unopened.ts'

const lastLine = ({ last }: Summary): string => {
  if (!last) return t.chats.noMessages
  const text = typeof last.body.text === 'string' ? last.body.text : t.thread.newerVersion
  return `${last.delivery ? t.chats.you : ''}${text.slice(0, 200)}`
}

const row = (session: Session, summary: Summary, open: string | undefined): TemplateResult => {
  const { conversation, last } = summary
  const { tag, unread } = conversation
  return html`
    <li>
      <a class="chat-row" href=${linkTo({ name: 'chat', tag })} aria-current=${tag === open ? 'page' : nothing}>
        ${identicon(conversation.primary)}
        <span class="name">${nameOf(conversation, session.account.value?.server)}</span>
        ${last ? html`<time datetime=${new Date(last.at).toISOString()}>${shortTime(last.at)}</time>` : html`<span></span>`}
        <span class="last" dir="auto">${lastLine(summary)}</span>
        ${
          unread > 0
            ? html`<span class="unread"><span aria-hidden="true">${unread}</span><span class="visually-hidden">${t.chats.unread(unread)}</span></span>`
            : nothing
        }
      </a>
    </li>
  `
}

const emptyList = (session: Session): TemplateResult => {
  const account = session.account.value
  const full = account ? `${account.handle}@${account.server}` : ''
  return html`
    <div class="empty">
      ${chatIcon(40)}
      <div class="stack tight">
        <h2>${t.chats.empty}</h2>
        <p class="muted">${t.chats.emptyText(full)}</p>
      </div>
      <div class="buttons">
        <a class="button primary" href=${linkTo({ name: 'find' })}>${t.chats.find}</a>
        ${copyButton('handle', full, t.settings.copyHandle)}
      </div>
    </div>
  `
}

const listPane = (session: Session, open: string | undefined): TemplateResult => {
  const rows = sorted(session.chats.summaries.value)
  return html`
    <section class="pane list-pane" aria-label=${t.chats.title}>
      <header class="bar">
        <span class="wordmark" role="img" aria-label="kez">kez</span>
        ${open ? html`<h2 class="visually-hidden">${t.chats.title}</h2>` : html`<h1 class="visually-hidden" tabindex="-1">${t.chats.title}</h1>`}
        <div class="grow">${connectionLine(session.connection.value)}</div>
        <a class="icon-button" href=${linkTo({ name: 'find' })} aria-label=${t.chats.find}>${composeIcon()}</a>
        <a class="icon-button" href=${linkTo({ name: 'settings' })} aria-label=${t.chats.settings}>${settingsIcon()}</a>
      </header>
      ${connectionProblem(session.connection.value)} ${mailboxNotice(session)}
      ${
        rows.length === 0
          ? emptyList(session)
          : html`<div class="scroll"><ul class="chat-list">
              ${repeat(
                rows,
                ({ conversation }) => conversation.tag,
                (summary) => row(session, summary, open),
              )}
            </ul></div>`
      }
      ${unopenedNotice(session)}
    </section>
  `
}

export const chatsView = (session: Session): TemplateResult => {
  const open = route.value.name === 'chat' ? route.value.tag : undefined
  return html`
    <main class="chats" data-screen=${open ? threadScreen(session, open) : 'chats'} ?data-open=${open}>
      ${listPane(session, open)}
      <section class="pane thread-pane">
        ${open ? threadView(session, open) : html`<div class="empty">${chatIcon(40)}<p class="muted">${t.chats.pickOne}</p></div>`}
      </section>
    </main>
  `
}
