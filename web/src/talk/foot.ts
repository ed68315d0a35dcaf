import { html, nothing, type TemplateResult } from 'lit-html'
import type { StoredMessage } from '../storage/message.ts'
import { talkWords } from '../strings/talk.ts'
import { timerIcon } from '../ui/icons.ts'
import { moment } from '../ui/time.ts'

/** Beside the time of a message: that it was edited, and that it disappears. */
export const footNotes = ({ changes, expires_at: end }: StoredMessage): TemplateResult | typeof nothing => {
  const edited = (changes?.versions.length ?? 0) > 0
  if (!edited && end === undefined) return nothing
  const words = talkWords()
  return html`${
    end === undefined
      ? nothing
      : html`<span class="vanishes" title=${words.timer.disappearsAt(moment(end))}>${timerIcon(14)}<span class="visually-hidden">${words.timer.disappearsAt(moment(end))}</span></span>`
  }${edited ? html`<span class="edited">${words.edited}</span>` : nothing}`
}
