import { html, nothing, type TemplateResult } from 'lit-html'
import { t } from '../strings/index.ts'
import { inviteWords } from '../strings/invites.ts'
import { warnIcon } from '../ui/icons.ts'
import type { Refusal } from './person.ts'

/** Why an invitation leads nowhere, and what helps. `again` where trying once more may. */
export const refusalView = (why: Refusal | 'damaged', full: string, again?: () => Promise<void>): TemplateResult => {
  const words = inviteWords().refusals
  const text = why === 'damaged' ? words.damaged.text : words[why].text(full)
  return html`
    <div class="stack refusal ${why === 'otherKey' ? 'bad' : ''}" role="alert">
      ${warnIcon(40)}
      <h1 tabindex="-1">${words[why].title}</h1>
      <p class="muted">${text}</p>
    </div>
    ${
      again && (why === 'unreachable' || why === 'notKez')
        ? html`<div class="buttons"><button class="button primary" type="button" @click=${again}>${t.tryAgain}</button></div>`
        : nothing
    }
  `
}
