import { html, nothing, type TemplateResult } from 'lit-html'
import { cameFrom, linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { lockIcon } from '../ui/icons.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { enrol, quickUnlock, remove, unlockQuickly } from './state.ts'

const submit = (event: SubmitEvent, session: Session): void => {
  event.preventDefault()
  if (!(event.target instanceof HTMLFormElement)) return
  void enrol(session, String(new FormData(event.target).get('passphrase') ?? ''))
}

const trouble = (): TemplateResult | typeof nothing => {
  const { problem } = quickUnlock()
  return problem.value === '' ? nothing : notice('bad', problem.value)
}

const enrolForm = (session: Session): TemplateResult => html`
  <form class="stack" @submit=${(event: SubmitEvent) => submit(event, session)}>
    <div class="field">
      <label for="passphrase">${t.keys.quick.passphrase}</label>
      <input class="input" id="passphrase" name="passphrase" type="password" required autocomplete="current-password" data-focus />
    </div>
    ${trouble()}
    <div>
      <button class="button primary" type="submit" aria-disabled=${quickUnlock().working.value}>
        ${quickUnlock().working.value ? html`${spinner()}${t.working}` : t.keys.quick.enrol}
      </button>
    </div>
  </form>
`

const removal = (session: Session): TemplateResult => html`
  <p role="status">${t.keys.quick.on}</p>
  ${trouble()}
  <div><button class="button danger" type="button" @click=${() => remove(session)}>${t.keys.quick.remove}</button></div>
`

export const quickUnlockView = (session: Session): TemplateResult => {
  const { enrolled } = quickUnlock()
  return screen({
    id: 'quick-unlock',
    back: { href: linkTo({ name: cameFrom('settings', 'welcome') }) },
    body: html`
      <div class="stack tight">
        <h1 tabindex="-1">${t.keys.quick.title}</h1>
        <p class="muted">${t.keys.quick.text}</p>
      </div>
      ${enrolled.value === undefined ? nothing : enrolled.value ? removal(session) : enrolForm(session)}
    `,
  })
}

/** On the unlock screen, before the passphrase, where it is set up. */
export const quickUnlockOffer = (): TemplateResult | typeof nothing => {
  const { enrolled, working } = quickUnlock()
  if (!enrolled.value) return nothing
  return html`
    <div class="stack">
      ${trouble()}
      <button class="button primary wide" type="button" aria-disabled=${working.value} @click=${unlockQuickly}>
        ${working.value ? spinner() : lockIcon()}${t.keys.quick.unlock}
      </button>
      <p class="muted">${t.keys.quick.or}</p>
    </div>
  `
}
