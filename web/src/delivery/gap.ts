import { html, nothing, type TemplateResult } from 'lit-html'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'

/** Before a message whose author wrote another one first that is not here. */
export const gapNotice = ({ gap }: StoredMessage): TemplateResult | typeof nothing =>
  gap
    ? html`
        <details class="gap">
          <summary>${t.delivery.gap.title}</summary>
          <p>${t.delivery.gap.text}</p>
        </details>
      `
    : nothing
