import { type Signal, signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import { t } from '../strings/index.ts'
import { inviteWords } from '../strings/invites.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { codeForm } from './code-form.ts'
import { pendingCode } from './pending.ts'
import { judgeCode, thisServer } from './server.ts'
import { codeTrouble } from './trouble.ts'

/** `closed` with the reason: said before twelve words are noted for nothing. */
type Gate = 'unknown' | 'open' | { readonly closed: string }

const patience = 4_000

const ask = async (gate: Signal<Gate>): Promise<void> => {
  const patient = new Promise<undefined>((resolve) => setTimeout(resolve, patience))
  const judged = pendingCode()
    .catch(() => undefined)
    .then((code) => judgeCode(thisServer(), code))
  const trouble = await Promise.race([judged, patient])
  // What cannot be known now is found out when the name is taken.
  gate.value = trouble?.startsWith('invite_') ? { closed: trouble } : 'open'
}

const gateOf = perVisit((): Signal<Gate> => {
  const gate = signal<Gate>('unknown')
  void ask(gate)
  return gate
})

/** In place of the first step, while it is asked or where the server lets in only who was invited; undefined when it is open. */
export const gateView = (): TemplateResult | undefined => {
  const gate = gateOf()
  const now = gate.value
  if (now === 'open') return undefined
  const back = { href: linkTo({ name: 'home' }) }
  const working = html`<p class="muted" role="status">${spinner()} ${t.working}</p>`
  if (now === 'unknown') return screen({ id: 'create/gate', back, body: working })
  const words = inviteWords().code
  const open = (): void => {
    gate.value = 'open'
  }
  return screen({
    id: 'create/code',
    back,
    body: html`
      <div class="stack tight">
        <h1 tabindex="-1">${words.title}</h1>
        <p class="muted">${words.text(window.location.host)}</p>
        <p class="muted small">${words.before}</p>
      </div>
      ${now.closed === 'invite_required' ? nothing : notice('bad', codeTrouble(now.closed))}
      ${codeForm(open)}
    `,
  })
}
