import { html, nothing, type TemplateResult } from 'lit-html'
import { gapNotice } from '../delivery/gap.ts'
import { deliveryMark } from '../delivery/mark.ts'
import { reasonWords } from '../delivery/reason.ts'
import type { Ways } from '../delivery/ways.ts'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import type { Placed } from './layout.ts'
import { linkify } from './linkify.ts'
import type { Thread } from './state.ts'

const linked = (text: string): unknown =>
  linkify(text).map((part) =>
    part.href === undefined
      ? part.text
      : html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.text}</a>`,
  )

const content = ({ body }: StoredMessage): TemplateResult => {
  if (body.type === 'text' && typeof body.text === 'string') {
    return html`<div class="text" dir="auto">${linked(body.text)}</div>`
  }
  return html`<div class="unknown">${body.type === 'damaged' ? t.thread.damaged : t.thread.newerVersion}</div>`
}

const failure = (thread: Thread, message: StoredMessage): TemplateResult | typeof nothing => {
  if (message.delivery?.state !== 'failed') return nothing
  return html`
    <p class="small">${reasonWords(message.delivery.code)}</p>
    <div class="buttons">
      <button class="retry" type="button" @click=${() => thread.retry(message)}>${t.thread.retry}</button>
      <button class="retry" type="button" @click=${() => thread.discard(message)}>${t.thread.discard}</button>
    </div>
  `
}

/** What it takes to be called sent is there once it is delivered as well. */
const stateClasses = ({ delivery }: StoredMessage): (string | undefined)[] =>
  delivery?.state === 'delivered' ? ['sent', 'delivered'] : [delivery?.state]

export const bubble = (thread: Thread, name: string, ways: Ways, placed: Placed): TemplateResult => {
  const { message, own, joined, last } = placed
  const newest = thread.messages.value?.at(-1)?.n === message.n
  const classes = [
    'bubble',
    own ? 'own' : 'other',
    joined ? 'joined' : '',
    last ? 'last' : '',
    ...stateClasses(message),
  ]
  return html`
    ${gapNotice(message)}
    <article class=${classes.filter(Boolean).join(' ')}>
      <span class="visually-hidden">${own ? t.thread.you : name}:</span>
      ${content(message)} ${failure(thread, message)} ${deliveryMark(message, { last, newest, ways })}
    </article>
  `
}
