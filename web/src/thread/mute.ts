import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { type Mute, mute } from '../storage/conversations.ts'
import { isMuted } from '../storage/muted.ts'
import { t } from '../strings/index.ts'
import { tellingWords } from '../strings/telling.ts'
import { attempt } from '../ui/attempt.ts'
import { sheetDialog } from '../ui/dialog.ts'
import type { MenuItem } from '../ui/menu.ts'
import { shortTime } from '../ui/time.ts'

const hour = 3_600_000

/** The tag of the conversation of which it is asked for how long. */
const asked = signal<string | undefined>(undefined)

const choose = (session: Session, tag: string, how: Mute): Promise<void> => {
  asked.value = undefined
  return attempt(async () => {
    await mute(session.store, tag, how)
    session.changed(tag)
  })
}

const labelOf = (conversation: Conversation, now: number): string => {
  const { muted, muted_until: until } = conversation
  if (!isMuted(conversation, now)) return t.list.mute
  return muted || until === undefined ? t.list.unmute : tellingWords().mute.until(shortTime(until))
}

/** In the menu of a conversation: mutes it for a time that is asked for, or ends that. */
export const muteItem = (session: Session, conversation: Conversation): MenuItem => ({
  label: labelOf(conversation, session.now()),
  choose: () => {
    const { tag } = conversation
    if (isMuted(conversation, session.now())) void choose(session, tag, 'no')
    else asked.value = tag
  },
})

/** For how long a conversation is to be muted, while that is asked, and what that can do. */
export const muteQuestion = (session: Session, { tag }: Conversation): TemplateResult | typeof nothing => {
  if (asked.value !== tag) return nothing
  const words = tellingWords().mute
  const times: readonly (readonly [string, () => Mute])[] = [
    [words.hour, () => ({ until: session.now() + hour })],
    [words.hours, () => ({ until: session.now() + 8 * hour })],
    [words.forGood, () => 'for_good'],
  ]
  return sheetDialog({
    title: words.title,
    closed: () => {
      asked.value = undefined
    },
    body: html`
      <div class="stack tight">
        ${times.map(
          ([label, how]) =>
            html`<button class="button" type="button" @click=${() => choose(session, tag, how())}>${label}</button>`,
        )}
      </div>
      <p>${words.text}</p>
      <p class="muted">${words.limit}</p>
    `,
  })
}
