import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import type { Conversation } from '../storage/conversation.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import type { Thread } from '../thread/state.ts'
import { showModal } from '../ui/dialog.ts'
import { timerIcon } from '../ui/icons.ts'
import { spanWords, timers } from './span.ts'

/** The tag of the conversation whose timer is being chosen. */
const choosing = signal<string | undefined>(undefined)

export const chooseTimer = (tag: string): void => {
  choosing.value = tag
}

/** In the head of a thread whose messages disappear: after how long, and the way to change that. */
export const timerButton = ({ tag, timer }: Conversation): TemplateResult | typeof nothing => {
  if (!timer || timer.ttl === 0) return nothing
  const label = talkWords().timer.now(spanWords(timer.ttl))
  return html`<button class="icon-button" type="button" aria-haspopup="dialog" aria-label=${label} title=${label}
    @click=${() => chooseTimer(tag)}>${timerIcon(20)}</button>`
}

const option = (ttl: number, now: number): TemplateResult => html`
  <label class="choice">
    <input type="radio" name="ttl" value=${ttl} .checked=${ttl === now} ?autofocus=${ttl === now} />
    <span>${ttl === 0 ? talkWords().timer.off : spanWords(ttl)}</span>
  </label>
`

/** The question after which time messages disappear, while it stands. */
export const timerDialog = (thread: Thread, { tag, timer }: Conversation): TemplateResult | typeof nothing => {
  if (choosing.value !== tag) return nothing
  const now = timer?.ttl ?? 0
  const words = talkWords().timer
  const choices = [0, ...timers]
  const onSubmit = (event: SubmitEvent): void => {
    if (!(event.target instanceof HTMLFormElement)) return
    const ttl = Number(new FormData(event.target).get('ttl'))
    // The form closes the dialog.
    if (ttl !== now && choices.includes(ttl)) void thread.talk.setTimer(ttl)
  }
  return html`
    <dialog class="dialog" aria-labelledby="timer-title" aria-describedby="timer-text" ${ref(showModal)}
      @close=${() => {
        choosing.value = undefined
      }}>
      <form class="stack" method="dialog" @submit=${onSubmit}>
        <h2 id="timer-title">${words.title}</h2>
        <p class="muted small" id="timer-text">${words.text}</p>
        <div class="choices" role="radiogroup" aria-labelledby="timer-title">
          ${(choices.includes(now) ? choices : [...choices, now]).map((ttl) => option(ttl, now))}
        </div>
        <p class="muted small">${words.limits}</p>
        <div class="buttons">
          <button class="button" type="button" @click=${({ target }: Event) => target instanceof Element && target.closest('dialog')?.close()}>${t.cancel}</button>
          <button class="button primary" type="submit">${words.set}</button>
        </div>
      </form>
    </dialog>
  `
}
