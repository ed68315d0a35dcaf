import { html, nothing, type TemplateResult } from 'lit-html'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { checkIcon, clockIcon, warnIcon } from '../ui/icons.ts'
import { exactTime, timeOfDay } from '../ui/time.ts'
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

const deliveryMark = (message: StoredMessage): TemplateResult | typeof nothing => {
  switch (message.delivery?.state) {
    case 'sending':
      return html`${clockIcon()}<span>${t.thread.sending}</span>`
    case 'sent':
      return html`${checkIcon()}<span>${t.thread.sent}</span>`
    case 'failed':
      return html`${warnIcon(14)}<span>${t.thread.failed}</span>`
    default:
      return nothing
  }
}

const failure = (thread: Thread, message: StoredMessage): TemplateResult | typeof nothing => {
  if (message.delivery?.state !== 'failed') return nothing
  const { code = '' } = message.delivery
  return html`
    <p class="small">${t.thread.failures[code] ?? t.thread.otherFailure(code)}</p>
    <div class="buttons">
      <button class="retry" type="button" @click=${() => thread.retry(message)}>${t.thread.retry}</button>
      <button class="retry" type="button" @click=${() => thread.discard(message)}>${t.thread.discard}</button>
    </div>
  `
}

export const bubble = (thread: Thread, name: string, { message, own, joined, last }: Placed): TemplateResult => {
  const classes = ['bubble', own ? 'own' : 'other', joined ? 'joined' : '', last ? 'last' : '', message.delivery?.state]
  return html`
    <article class=${classes.filter(Boolean).join(' ')}>
      <span class="visually-hidden">${own ? t.thread.you : name}:</span>
      ${content(message)}
      ${failure(thread, message)}
      <div class="meta">
        <time datetime=${new Date(message.at).toISOString()} title=${exactTime(message.at)}>${timeOfDay(message.at)}</time>
        ${deliveryMark(message)}
      </div>
    </article>
  `
}
