import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { t } from '../strings/index.ts'
import { centerPage } from '../ui/screen.ts'
import { erase } from './app.ts'
import type { BlockReason } from './phase.ts'

const sure = signal(false)

const reload = (): void => window.location.reload()

const askFirst = async (): Promise<void> => {
  if (sure.value) await erase()
  sure.value = !sure.value
}

/** Reloading cures most of it; only damaged data may have to go. Another tab that is closed needs no button here. */
const wayOut = (reason: BlockReason): TemplateResult | typeof nothing => {
  if (reason === 'insecure' || reason === 'outdated' || reason === 'other_tab') return nothing
  return html`
    ${sure.value ? html`<p>${t.settings.eraseSure}</p>` : nothing}
    <div class="buttons">
      <button class="button primary" type="button" @click=${reload}>${t.reload}</button>
      ${
        reason === 'damaged'
          ? html`<button class="button danger" type="button" @click=${askFirst}>
              ${sure.value ? t.settings.eraseYes : t.settings.erase}
            </button>`
          : nothing
      }
    </div>
  `
}

/** The app cannot go on, and says why and what helps. */
export const blockedView = (reason: BlockReason): TemplateResult =>
  centerPage(
    `blocked/${reason}`,
    html`
      <span class="wordmark" role="img" aria-label="kez">kez</span>
      <h1 tabindex="-1">${t.blocked[reason].title}</h1>
      <p class="muted">${t.blocked[reason].text}</p>
      ${wayOut(reason)}
    `,
  )
