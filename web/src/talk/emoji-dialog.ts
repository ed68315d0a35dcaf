import { isEmoji } from '@kez-chat/messaging'
import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import type { Thread } from '../thread/state.ts'
import { showModal } from '../ui/dialog.ts'

/** The message that gets another emoji than those at hand, and whether what was entered is none. */
const asked = signal<{ readonly message: StoredMessage; readonly wrong: boolean } | undefined>(undefined)

export const askForEmoji = (message: StoredMessage): void => {
  asked.value = { message, wrong: false }
}

/** What a person meant: one emoji, also where a keyboard leaves out that it is to be a picture. */
export const emojiIn = (typed: string): string | undefined => {
  const text = typed.trim()
  return [text, `${text}\uFE0F`].find(isEmoji)
}

/** The field for any emoji, while it stands. */
export const emojiDialog = (thread: Thread): TemplateResult | typeof nothing => {
  const now = asked.value
  if (!now) return nothing
  const words = talkWords()
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.currentTarget
    if (!(form instanceof HTMLFormElement)) return
    const emoji = emojiIn(String(new FormData(form).get('emoji')))
    if (emoji === undefined) {
      asked.value = { ...now, wrong: true }
      return
    }
    form.closest('dialog')?.close()
    if (thread.talk.ownEmoji(now.message) !== emoji) void thread.talk.react(now.message, emoji)
  }
  return html`
    <dialog class="dialog" aria-labelledby="emoji-title" ${ref(showModal)}
      @close=${() => {
        asked.value = undefined
      }}>
      <form class="stack" @submit=${onSubmit} novalidate>
        <h2 id="emoji-title">${words.emojiTitle}</h2>
        <div class="field">
          <label for="emoji">${words.emojiLabel}</label>
          <input class="input emoji-field" id="emoji" name="emoji" autocomplete="off" autofocus maxlength="64"
            aria-invalid=${now.wrong} aria-describedby="emoji-wrong" />
          <p class="small bad-text" id="emoji-wrong" role="alert">${now.wrong ? words.emojiWrong : nothing}</p>
        </div>
        <div class="buttons">
          <button class="button" type="button" @click=${({ target }: Event) => target instanceof Element && target.closest('dialog')?.close()}>${t.cancel}</button>
          <button class="button primary" type="submit">${words.react}</button>
        </div>
      </form>
    </dialog>
  `
}
