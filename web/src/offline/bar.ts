import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { phase } from '../app/app.ts'
import { updateWords } from '../strings/update.ts'
import { crossIcon } from '../ui/icons.ts'
import { spinner } from '../ui/notice.ts'

/** How it stands with a newer version than the one of this page. */
export type Update = 'none' | 'there' | 'working' | 'unsaved'

/** Until the page is loaded the next time, which brings the new version anyway. */
const dismissed = signal(false)

const dismiss = (): void => {
  dismissed.value = true
}

/** Whoever is just beginning, or was just told of a loss, is left alone. */
const isWelcome = (): boolean => phase.value.name === 'open' || phase.value.name === 'locked'

/** A quiet line above every page. */
export const updateBar = (update: Update, take: () => void): TemplateResult | typeof nothing => {
  if (update === 'none' || dismissed.value || !isWelcome()) return nothing
  const words = updateWords()
  return html`
    <aside class="top-bar" aria-label=${words.title}>
      <p role="status">${update === 'unsaved' ? words.unsaved : words.there}</p>
      <button class="button" type="button" aria-disabled=${update === 'working'} @click=${take}>
        ${update === 'working' ? spinner() : nothing}${words.update}
      </button>
      <button class="icon-button" type="button" aria-label=${words.later} @click=${dismiss}>${crossIcon()}</button>
    </aside>
  `
}
