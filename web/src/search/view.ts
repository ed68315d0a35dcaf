import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import { linkTo, route } from '../app/route.ts'
import { avatar } from '../profile/avatar.ts'
import type { Session } from '../session/session.ts'
import type { Hit } from '../storage/search.ts'
import { t } from '../strings/index.ts'
import { nameOf } from '../ui/peer-name.ts'
import { screen } from '../ui/screen.ts'
import { exactTime, shortTime } from '../ui/time.ts'
import { excerpt } from './excerpt.ts'
import { incomplete } from './indexing.ts'
import { searchOf } from './state.ts'

const conversationOf = (session: Session, tag: string) => session.chats.summaries.value.get(tag)?.conversation

const hitRow = (
  session: Session,
  { conversation: tag, message, text, marks }: Hit,
): TemplateResult | typeof nothing => {
  const conversation = conversationOf(session, tag)
  if (!conversation) return nothing
  const parts = excerpt(text, marks)
  return html`
    <li>
      <a class="chat-row" href=${linkTo({ name: 'chat', tag, at: message.n })}>
        ${avatar(session, conversation)}
        <span class="name">${nameOf(conversation, session.account.value?.server)}</span>
        <span class="when"><time datetime=${new Date(message.at).toISOString()} title=${exactTime(message.at)}>${shortTime(message.at)}</time></span>
        <span class="excerpt" dir="auto">${message.delivery ? t.chats.you : nothing}${parts.map((part) =>
          part.marked ? html`<mark>${part.text}</mark>` : part.text,
        )}</span>
      </a>
    </li>
  `
}

const found = (session: Session): TemplateResult => {
  const search = searchOf(session)
  const results = search.results.value
  const count = results?.hits.length ?? 0
  return html`
    <p class="muted small" role="status">${results ? t.search.found(count, results.more) : nothing}</p>
    <ul class="search-hits">
      ${repeat(
        results?.hits ?? [],
        ({ message }) => message.n,
        (hit) => hitRow(session, hit),
      )}
    </ul>
    ${results?.more ? html`<div><button class="button" type="button" @click=${search.more}>${t.search.more}</button></div>` : nothing}
  `
}

/** Search over the whole history, or within the conversation that the address names. */
export const searchView = (session: Session): TemplateResult => {
  const now = route.value
  const within = now.name === 'search' ? now.tag : undefined
  const conversation = within === undefined ? undefined : conversationOf(session, within)
  const search = searchOf(session)
  const type = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) search.look(target.value, within)
  }
  return screen({
    id: within === undefined ? 'search' : `search/${within}`,
    back: { href: linkTo(within === undefined ? { name: 'chats' } : { name: 'chat', tag: within }) },
    body: html`
      <h1 tabindex="-1">${conversation ? t.search.within(nameOf(conversation, session.account.value?.server)) : t.search.title}</h1>
      <form class="stack tight" role="search" @submit=${(event: Event) => event.preventDefault()}>
        <div class="field">
          <label for="words">${t.search.label}</label>
          <input class="input" id="words" type="search" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false"
            enterkeyhint="search" dir="auto" .value=${search.typed.value} @input=${type} @focus=${type} aria-describedby="words-hint" data-focus />
          <p class="hint" id="words-hint">${t.search.hint}</p>
        </div>
      </form>
      ${incomplete.value ? html`<p class="muted small" role="status">${t.search.incomplete}</p>` : nothing}
      ${found(session)}
    `,
  })
}
