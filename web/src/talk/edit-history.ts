import { html, nothing, type TemplateResult } from 'lit-html'
import { changesOf } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { talkWords } from '../strings/talk.ts'
import { exactTime, moment } from '../ui/time.ts'

const version = (when: string, at: number, text: string): TemplateResult => html`
  <li>
    <p class="muted small"><time datetime=${new Date(at).toISOString()}>${when}</time></p>
    <p class="version" dir="auto">${text}</p>
  </li>
`

/** In the details of a message: what it said before, and when it disappears. */
export const editHistory = (message: StoredMessage): TemplateResult | typeof nothing => {
  const { versions } = changesOf(message)
  const words = talkWords()
  const end = message.expires_at
  return html`
    ${end === undefined ? nothing : html`<p>${words.timer.disappearsAt(exactTime(end))}</p>`}
    ${
      versions.length === 0
        ? nothing
        : html`
            <h3>${words.editedTimes(versions.length)}</h3>
            <ol class="versions">
              ${version(words.firstText, message.at, message.original ?? '')}
              ${versions.map(({ at, text }) => version(moment(at), at, text))}
            </ol>
          `
    }
  `
}
