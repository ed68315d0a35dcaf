import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { changePassphrase } from '../app/app.ts'
import { linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import type { Session } from '../session/session.ts'
import { isFull } from '../storage/errors.ts'
import { t } from '../strings/index.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { vaultProblem } from '../unlock/problem.ts'
import { judge } from './form.ts'

const stateOf = perVisit(() => ({ problem: signal(''), saved: signal(''), working: signal(false) }))

const submit = async (event: SubmitEvent, session: Session): Promise<void> => {
  event.preventDefault()
  const form = event.target
  const { problem, saved, working } = stateOf(session)
  if (working.value || !(form instanceof HTMLFormElement)) return
  const data = new FormData(form)
  const [old, fresh, repeat] = ['old', 'fresh', 'repeat'].map((name) => String(data.get(name) ?? ''))
  const fault = judge(fresh ?? '', repeat ?? '')
  saved.value = ''
  problem.value = fault ? t.passphrase[fault] : ''
  if (fault) return
  working.value = true
  try {
    await changePassphrase(old ?? '', fresh ?? '')
    form.reset()
    const quick = await session.store.db.getKey('biometrics', 'webauthn')
    saved.value = quick === undefined ? t.keys.change.saved : t.keys.change.savedQuick
  } catch (error) {
    problem.value = isFull(error) ? t.passphrase.full : vaultProblem(error)
  } finally {
    working.value = false
  }
}

const field = (name: string, label: string, autocomplete: 'current-password' | 'new-password'): TemplateResult => html`
  <div class="field">
    <label for=${name}>${label}</label>
    <input class="input" id=${name} name=${name} type="password" required autocomplete=${autocomplete} ?data-focus=${name === 'old'} />
  </div>
`

/** Another passphrase for the same secrets; the old one is asked for afresh. */
export const changeView = (session: Session): TemplateResult => {
  const { problem, saved, working } = stateOf(session)
  return screen({
    id: 'passphrase',
    back: { href: linkTo({ name: 'settings' }) },
    body: html`
      <h1 tabindex="-1">${t.keys.change.title}</h1>
      <form class="stack" @submit=${(event: SubmitEvent) => submit(event, session)}>
        ${field('old', t.keys.change.old, 'current-password')}
        ${field('fresh', t.keys.change.fresh, 'new-password')}
        ${field('repeat', t.passphrase.repeat, 'new-password')}
        <p class="muted small">${t.passphrase.hint}</p>
        ${problem.value === '' ? nothing : notice('bad', problem.value)}
        <p class="hint good" role="status">${saved.value}</p>
        <div>
          <button class="button primary" type="submit" aria-disabled=${working.value}>
            ${working.value ? html`${spinner()}${t.working}` : t.keys.change.save}
          </button>
        </div>
      </form>
    `,
  })
}
