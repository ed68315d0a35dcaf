import { html, nothing, type TemplateResult } from 'lit-html'
import { goOnWithout, mendLock } from '../app/app.ts'
import type { Loss } from '../app/phase.ts'
import { linkTo } from '../app/route.ts'
import { passphraseForm } from '../passphrase/form.ts'
import { t } from '../strings/index.ts'
import { notice } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'

const reload = (): void => window.location.reload()

const otherWay = (what: Loss): TemplateResult | typeof nothing => {
  const button = (text: string, click: () => unknown, primary = false): TemplateResult =>
    html`<button class="button ${primary ? 'primary' : ''}" type="button" @click=${click}>${text}</button>`
  if (what === 'everything') return button(t.keys.lost.anew, goOnWithout)
  if (what === 'messages') return button(t.keys.lost.goOn, goOnWithout, true)
  return what === 'foreign' ? button(t.reload, reload) : nothing
}

const lostLock = (): TemplateResult => html`
  ${notice('warn', html`<strong>${t.keys.lost.lock.title}</strong><p>${t.keys.lost.lock.text}</p>`)}
  ${passphraseForm(mendLock)}
`

/** The browser has lost a part of what was stored here: says which, and what brings the person back. */
export const lostView = (what: Loss): TemplateResult =>
  screen({
    id: `lost/${what}`,
    body:
      what === 'lock'
        ? lostLock()
        : html`
            <h1 tabindex="-1">${t.keys.lost[what].title}</h1>
            <p>${t.keys.lost[what].text}</p>
            <div class="buttons">
              ${
                what === 'messages'
                  ? nothing
                  : html`<a class="button primary" href=${linkTo({ name: 'restore' })}>${t.keys.lost.restore}</a>`
              }
              ${otherWay(what)}
            </div>
          `,
  })
