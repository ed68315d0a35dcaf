import { html, nothing, type TemplateResult } from 'lit-html'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import type { Thread } from '../thread/state.ts'
import { crossIcon } from '../ui/icons.ts'
import { quoted } from './quote.ts'

/** Once what was asked for stands in the page. */
export const focusField = (): void => {
  queueMicrotask(() => {
    const field = document.querySelector<HTMLTextAreaElement>('.composer textarea')
    field?.focus()
    field?.setSelectionRange(field.value.length, field.value.length)
  })
}

/** What is answered or edited, above the field. */
export const composerBar = (thread: Thread, name: string): TemplateResult | typeof nothing => {
  const mode = thread.talk.mode.value
  if (!mode) return nothing
  const words = talkWords()
  const isReply = mode.kind === 'reply'
  const title = isReply ? (thread.talk.isOwn(mode.to) ? words.replyToSelf : words.replyTo(name)) : words.editing
  const cancel = (): void => {
    thread.talk.cancel()
    focusField()
  }
  const ref = isReply ? mode.to : thread.talk.refOf(mode.message)
  return html`
    <div class="composer-bar">
      <div class="quote" id="composing"><span class="visually-hidden">${title}.</span>${isReply ? quoted(thread, name, ref) : html`<span class="quote-name">${title}</span><span class="quote-text" dir="auto">${mode.message.body.text}</span>`}</div>
      <button class="icon-button" type="button" aria-label=${isReply ? words.cancelReply : words.cancelEdit} title=${t.cancel}
        @click=${cancel}>${crossIcon(20)}</button>
    </div>
  `
}
