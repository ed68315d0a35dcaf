import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { perVisit } from '../app/visit.ts'
import type { Session } from '../session/session.ts'
import type { Telling } from '../storage/notifications.ts'
import { tellingWords } from '../strings/telling.ts'
import { attempt } from '../ui/attempt.ts'
import { bellIcon } from '../ui/icons.ts'
import { chime } from './chime.ts'
import { changeTelling, knownTelling } from './state.ts'

const unheard = perVisit(() => signal(false))

const play = async (): Promise<void> => {
  const failed = unheard()
  failed.value = !(await chime().catch(() => false))
}

type Switch = { readonly id: string; readonly label: string; readonly text: string; readonly on: boolean }

const choice = ({ id, label, text, on }: Switch, change: (on: boolean) => void): TemplateResult => html`
  <div class="stack tight">
    <label class="switch">
      <input type="checkbox" role="switch" .checked=${on} aria-describedby=${`${id}-text`}
        @change=${({ target }: Event) => target instanceof HTMLInputElement && change(target.checked)} />
      <span>${label}</span>
    </label>
    <p class="muted" id=${`${id}-text`}>${text}</p>
  </div>
`

/** How one is told while the app is open: nothing of it is known to any server. */
export const whileOpen = (session: Session): TemplateResult | typeof nothing => {
  const telling = knownTelling(session).value
  if (!telling) return nothing
  const words = tellingWords().open
  const change = (next: Partial<Telling>): void => void attempt(() => changeTelling(session, { ...telling, ...next }))
  return html`
    <section class="setting">
      <h2>${words.title}</h2>
      ${choice({ id: 'sound', label: words.sound, text: words.soundText, on: telling.sound }, (sound) => change({ sound }))}
      <div>
        <button class="button" type="button" @click=${play}>${bellIcon()}${words.play}</button>
      </div>
      <p role="status">${unheard().value ? words.notHeard : ''}</p>
      ${choice({ id: 'previews', label: words.previews, text: words.previewsText, on: telling.previews }, (previews) => change({ previews }))}
      <p class="muted small">${words.limit}</p>
    </section>
  `
}
