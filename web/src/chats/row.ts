import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { badge } from '../people/badge.ts'
import { avatar } from '../profile/avatar.ts'
import type { Session } from '../session/session.ts'
import { isDeleted } from '../storage/changed.ts'
import type { Conversation } from '../storage/conversation.ts'
import type { Summary } from '../storage/conversations.ts'
import { isMuted } from '../storage/muted.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import { tellingWords } from '../strings/telling.ts'
import { excerptOf } from '../talk/excerpt.ts'
import { isLine } from '../talk/is-line.ts'
import { muteIcon } from '../ui/icons.ts'
import { nameOf } from '../ui/peer-name.ts'
import { shortTime } from '../ui/time.ts'

const mostShown = 99

/** The eye gets at most `99+`; a screen reader hears the number. */
const pill = (n: number, muted = false): TemplateResult | typeof nothing =>
  n === 0
    ? nothing
    : html`<span class="unread ${muted ? 'quiet' : ''}"><span aria-hidden="true">${n > mostShown ? `${mostShown}+` : n}</span><span class="visually-hidden">${t.chats.unread(n)}</span></span>`

const longest = 200

const lastLine = ({ last, reaction }: Summary, now: number): string => {
  if (reaction) {
    const { reactedOwn, reactedOther } = talkWords().list
    return (reaction.own ? reactedOwn : reactedOther)(reaction.emoji, excerptOf(reaction.message, longest))
  }
  if (!last) return t.chats.noMessages
  if (last.expires_at !== undefined && last.expires_at <= now) return ''
  const isSaid = !isDeleted(last) && !isLine(last)
  return `${last.delivery && isSaid ? t.chats.you : ''}${excerptOf(last, longest)}`
}

const mutedText = ({ muted, muted_until: until }: Conversation): string =>
  muted || until === undefined ? t.list.muted : tellingWords().mute.rowUntil(shortTime(until))

/** One conversation of a list. */
export const row = (session: Session, summary: Summary, open: string | undefined): TemplateResult => {
  const { conversation, last, draft } = summary
  const { tag, unread } = conversation
  const muted = isMuted(conversation, session.now())
  return html`
    <li>
      <a class="chat-row" href=${linkTo({ name: 'chat', tag })} aria-current=${tag === open ? 'page' : nothing}>
        ${avatar(session, conversation)}
        <span class="name"><span class="text-cut">${nameOf(conversation, session.account.value?.server)}</span>${badge(session, tag)}</span>
        <span class="when">
          ${muted ? html`${muteIcon()}<span class="visually-hidden">${mutedText(conversation)}</span>` : nothing}
          ${last ? html`<time datetime=${new Date(last.at).toISOString()}>${shortTime(last.at)}</time>` : nothing}
        </span>
        <span class="last" dir="auto">${tag === open || draft === '' ? lastLine(summary, session.now()) : html`<span class="draft">${t.chats.draft}</span>${draft.slice(0, longest)}`}</span>
        ${pill(unread, muted)}
      </a>
    </li>
  `
}
