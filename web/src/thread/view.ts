import { html, nothing, type TemplateResult } from 'lit-html'
import { keyed } from 'lit-html/directives/keyed.js'
import { lazyPart } from '../app/lazy.ts'
import { linkTo } from '../app/route.ts'
import { shownGroup } from '../chats/list.ts'
import { waysOf } from '../delivery/ways.ts'
import { attachLayer } from '../files/attach.ts'
import { comingFiles } from '../files/coming.ts'
import { dropZone } from '../files/composer-files.ts'
import { shownPicture } from '../files/shown.ts'
import { notificationsNudge } from '../notifications/nudge.ts'
import { threadAlarm } from '../people/alarm.ts'
import { badge } from '../people/badge.ts'
import { avatar } from '../profile/avatar.ts'
import { canZoom, zoomableAvatar } from '../profile/zoom.ts'
import { decision } from '../requests/view.ts'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { t } from '../strings/index.ts'
import { timerButton, timerDialog } from '../talk/timer-dialog.ts'
import { backIcon } from '../ui/icons.ts'
import { shortKey } from '../ui/identicon.ts'
import { notice } from '../ui/notice.ts'
import { nameOf } from '../ui/peer-name.ts'
import { conversationMenu, deleteQuestion } from './actions.ts'
import { composer } from './composer.ts'
import { currentThread } from './current.ts'
import { messageMenu } from './message-menu.ts'
import { muteQuestion } from './mute.ts'
import { messageRows } from './rows.ts'
import type { Thread } from './state.ts'

const greetingView = lazyPart(() => import('../invited/greeting.ts').then((part) => part.greetingView))

/** Who is at the other end, and the way to what is known of them. */
const whose = (session: Session, name: string, conversation: Conversation): TemplateResult => {
  const { tag, primary, handle } = conversation
  const pictured = canZoom(session, conversation)
  return html`
    ${pictured ? zoomableAvatar(session, conversation, 36) : nothing}
    <a class="person grow" href=${linkTo({ name: 'person', tag })}>
      <span class="visually-hidden">${t.people.person.title}</span>
      ${pictured ? nothing : avatar(session, conversation, 36)}
      <div>
        <div class="name-line"><h1 tabindex="-1">${name}</h1>${badge(session, tag)}</div>
        ${handle ? html`<p class="muted small mono">${shortKey(primary)}</p>` : nothing}
      </div>
    </a>
  `
}

const bar = (session: Session, name: string, conversation?: Conversation): TemplateResult => html`
  <header class="bar">
    <a class="icon-button back" href=${linkTo({ name: shownGroup(session) })} aria-label=${t.back}>${backIcon()}</a>
    ${conversation ? whose(session, name, conversation) : html`<h1 class="grow" tabindex="-1">${name}</h1>`}
    ${conversation ? html`${timerButton(conversation)}${conversationMenu(session, conversation)}` : nothing}
  </header>
`

const unconfirmed = (thread: Thread, claimed: string): TemplateResult => html`
  <div class="composer-note stack last">
    ${notice('warn', t.thread.unconfirmed(claimed))}
    <button class="button" type="button" @click=${thread.confirm}>${t.thread.confirm}</button>
  </div>
`

/** The name of the screen, once there is something to focus in it. */
export const threadScreen = (session: Session, tag: string): string | typeof nothing => {
  const known = session.chats.summaries.value.get(tag)?.conversation
  if (known && currentThread(session).value?.tag !== tag) return nothing
  // Accepting or blocking somebody brings other controls: the focus must not be lost with the old ones.
  return `chat/${tag}/${known?.standing === 'accepted' ? '' : (known?.standing ?? '')}`
}

/** The right pane: one conversation. */
export const threadView = (session: Session, tag: string): TemplateResult => {
  const conversation = session.chats.summaries.value.get(tag)?.conversation
  if (!conversation) return html`${bar(session, '')}<p class="empty">${t.thread.unknown}</p>`
  const name = nameOf(conversation, session.account.value?.server)
  const thread = currentThread(session).value
  if (thread?.tag !== tag) return bar(session, name, conversation)
  const answer = decision(session, conversation, thread.confirm)
  const isGuest = conversation.invitation !== undefined && thread.empty.value && answer === undefined
  return html`
    ${bar(session, name, conversation)} ${threadAlarm(session, tag)} ${deleteQuestion(session, conversation, name)} ${muteQuestion(session, conversation)}
    ${answer ? nothing : html`<div class="alone">${notificationsNudge(session)}</div>`}
    ${messageMenu(thread)} ${shownPicture()} ${attachLayer(name)} ${dropZone(name)} ${timerDialog(thread, conversation)}
    ${keyed(
      tag,
      html`
        <div class="thread-wrap">${messageRows(thread, name, waysOf(session, conversation))}</div>
        ${comingFiles(thread)} ${isGuest ? greetingView(thread, name, session.account.value?.handle ?? '') : nothing}
        ${answer ?? (conversation.handle ? composer(thread, name) : unconfirmed(thread, conversation.claimed ?? ''))}
      `,
    )}
  `
}
