import { html, nothing, type TemplateResult } from 'lit-html'
import { reasonWords } from '../delivery/reason.ts'
import { textBodyOf } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import type { Thread } from '../thread/state.ts'
import { clockIcon, timerIcon } from '../ui/icons.ts'
import { spanWords } from './span.ts'

/** Who set after which time messages disappear. */
export const timerWords = (name: string, message: StoredMessage): string => {
  const ttl = textBodyOf(message)?.timer?.ttl ?? 0
  const own = message.delivery !== undefined
  const words = talkWords().timer
  if (ttl === 0) return own ? words.ownOff : words.otherOff(name)
  return own ? words.own(spanWords(ttl)) : words.other(name, spanWords(ttl))
}

/** The line in the thread. */
export const timerLine = (thread: Thread, name: string, message: StoredMessage): TemplateResult => {
  const { state, code } = message.delivery ?? {}
  return html`
    <div class="line">
      <p>${timerIcon(14)} ${timerWords(name, message)}${
        state === 'sending'
          ? html` ${clockIcon(14)}<span class="visually-hidden">${t.delivery.states.sending}</span>`
          : nothing
      }</p>
      ${
        state === 'failed'
          ? html`<p class="small">${reasonWords(code)}</p>
              <button class="button" type="button" @click=${() => thread.retry(message)}>${t.thread.retry}</button>`
          : nothing
      }
    </div>
  `
}
