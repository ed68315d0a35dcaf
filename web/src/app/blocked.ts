import { html, type TemplateResult } from 'lit-html'
import { t } from '../strings/index.ts'
import { centerPage } from '../ui/screen.ts'

/** The app cannot go on, and says why and what helps. */
export const blockedView = (reason: keyof typeof t.blocked): TemplateResult =>
  centerPage(
    `blocked/${reason}`,
    html`
      <span class="wordmark" role="img" aria-label="kez">kez</span>
      <h1 tabindex="-1">${t.blocked[reason].title}</h1>
      <p class="muted">${t.blocked[reason].text}</p>
    `,
  )
