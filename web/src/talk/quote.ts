import type { MessageRef } from '@kez-chat/messaging'
import { html, nothing, type TemplateResult } from 'lit-html'
import { isDeleted, textBodyOf } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import type { Thread } from '../thread/state.ts'
import { excerptOf } from './excerpt.ts'

const inside = (whose: string, message: StoredMessage | undefined): TemplateResult => {
  const gone = !message || isDeleted(message)
  return html`
    <span class="quote-name">${whose}</span>
    <span class="quote-text ${gone ? 'unknown' : ''}" dir="auto">${message ? excerptOf(message) : talkWords().notHere}</span>
  `
}

/** Who wrote what is answered, and what it says here. */
export const quoted = (thread: Thread, name: string, ref: MessageRef): TemplateResult =>
  inside(thread.talk.isOwn(ref) ? t.thread.you : name, thread.talk.quotes.of(ref))

/** What a message answers, in its bubble: leads there. */
export const quoteIn = (thread: Thread, name: string, message: StoredMessage): TemplateResult | typeof nothing => {
  const ref = textBodyOf(message)?.reply
  if (!ref) return nothing
  const original = thread.talk.quotes.of(ref)
  if (!original) return html`<div class="quote">${quoted(thread, name, ref)}</div>`
  return html`
    <button class="quote" type="button" @click=${() => thread.goTo(original.n)}>
      <span class="visually-hidden">${talkWords().goToQuoted}:</span>${quoted(thread, name, ref)}
    </button>
  `
}
