import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import { linkTo, route } from '../app/route.ts'
import { notificationsNudge } from '../notifications/nudge.ts'
import { connections } from '../relays/connections.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { inviteDoor } from '../strings/invite-door.ts'
import { copyButton } from '../ui/copy.ts'
import { archiveIcon, backIcon, chatIcon, composeIcon, requestIcon, searchIcon, settingsIcon } from '../ui/icons.ts'
import { isNewlyRestored } from '../welcome/progress.ts'
import { countOf, type Group, groupOf, listOf } from './groups.ts'
import { installNudge } from './install-nudge.ts'
import { mailboxNotice } from './mailbox.ts'
import { row } from './row.ts'
import { unopenedNotice } from './unopened.ts'

/** The list that the address names, or that the open conversation is in. */
export const shownGroup = (session: Session): Exclude<Group, 'blocked'> => {
  const now = route.value
  if (now.name === 'requests' || now.name === 'archived') return now.name
  const open = now.name === 'chat' ? session.chats.summaries.value.get(now.tag)?.conversation : undefined
  const group = open ? groupOf(open) : 'chats'
  return group === 'blocked' ? 'chats' : group
}

const emptyList = (
  icon: TemplateResult,
  title: string,
  text: string,
  buttons: TemplateResult | typeof nothing = nothing,
): TemplateResult => html`
  <div class="empty">
    ${icon}
    <div class="stack tight">
      <h2>${title}</h2>
      <p class="muted">${text}</p>
    </div>
    ${buttons}
  </div>
`

const emptyChats = (session: Session): TemplateResult => {
  const account = session.account.value
  const full = account ? `${account.handle}@${account.server}` : ''
  const buttons = html`
    <div class="buttons">
      <a class="button primary" href=${linkTo({ name: 'find' })}>${t.chats.find}</a>
      <a class="button" href=${linkTo({ name: 'invitations' })}>${inviteDoor()}</a>
      ${copyButton('handle', full, t.settings.copyHandle)}
    </div>
  `
  return emptyList(chatIcon(40), t.chats.empty, t.chats.emptyText(full), buttons)
}

const emptyOf = (session: Session, group: Group): TemplateResult => {
  if (group === 'requests') return emptyList(requestIcon(40), t.list.noRequests, t.list.noRequestsText)
  if (group === 'archived') return emptyList(archiveIcon(40), t.list.noArchived, t.list.noArchivedText)
  return emptyChats(session)
}

const heading = (text: string, open: string | undefined, hidden: boolean): TemplateResult => {
  const classes = hidden ? 'visually-hidden' : 'list-title'
  return open ? html`<h2 class=${classes}>${text}</h2>` : html`<h1 class=${classes} tabindex="-1">${text}</h1>`
}

const chatsBar = (session: Session, open: string | undefined): TemplateResult => html`
  <header class="bar">
    <span class="wordmark" role="img" aria-label="kez">kez</span>
    ${heading(t.chats.title, open, true)}
    <div class="grow">${connections(session)}</div>
    <a class="icon-button" href=${linkTo({ name: 'search' })} aria-label=${t.search.title}>${searchIcon()}</a>
    <a class="icon-button" href=${linkTo({ name: 'find' })} aria-label=${t.chats.find}>${composeIcon()}</a>
    <a class="icon-button" href=${linkTo({ name: 'settings' })} aria-label=${t.chats.settings}>${settingsIcon()}</a>
  </header>
`

const sideBar = (title: string, open: string | undefined): TemplateResult => html`
  <header class="bar">
    <a class="icon-button" href=${linkTo({ name: 'chats' })} aria-label=${t.back}>${backIcon()}</a>
    ${heading(title, open, false)}
  </header>
`

const doorTo = (name: 'requests' | 'archived', icon: TemplateResult, text: string, shown: boolean) =>
  shown ? html`<a class="chat-door" href=${linkTo({ name })}>${icon}<span>${text}</span></a>` : nothing

/** Who stands here, and why: nothing on a new device tells whom its owner knew before. */
const requestsText = (session: Session, any: boolean): TemplateResult => html`
  ${any ? html`<p class="list-text muted small">${t.list.requestsText}</p>` : nothing}
  ${isNewlyRestored(session) ? html`<p class="list-text muted small">${t.list.restoredText}</p>` : nothing}
`

/** One at a time. */
const nudge = (session: Session): TemplateResult | typeof nothing => {
  const first = notificationsNudge(session)
  return first === nothing ? installNudge(session) : first
}

/** The left pane: one of the lists, with the doors to the others around it. */
export const listPane = (session: Session, open: string | undefined): TemplateResult => {
  const group = shownGroup(session)
  const summaries = session.chats.summaries.value
  const rows = listOf(summaries, group)
  const main = group === 'chats'
  const requests = countOf(summaries, 'requests')
  const archived = countOf(summaries, 'archived')
  const title = main ? t.chats.title : group === 'requests' ? t.list.requestsTitle : t.list.archivedTitle
  return html`
    <section class="pane list-pane" aria-label=${title}>
      ${main ? chatsBar(session, open) : sideBar(title, open)}
      ${mailboxNotice(session)}
      ${main ? nudge(session) : nothing}
      <div class="scroll">
        ${doorTo('requests', requestIcon(), t.list.requests(requests), main && requests > 0)}
        ${group === 'requests' ? requestsText(session, rows.length > 0) : nothing}
        ${
          rows.length === 0
            ? emptyOf(session, group)
            : html`<ul class="chat-list">
                ${repeat(
                  rows,
                  ({ conversation }) => conversation.tag,
                  (summary) => row(session, summary, open),
                )}
              </ul>`
        }
        ${doorTo('archived', archiveIcon(), t.list.archived(archived), main && archived > 0)}
      </div>
      ${group === 'archived' ? nothing : unopenedNotice(session)}
    </section>
  `
}
