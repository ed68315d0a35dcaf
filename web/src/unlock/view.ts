import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { phase, unlock } from '../app/app.ts'
import { linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import { quickUnlockOffer } from '../biometrics/view.ts'
import { t } from '../strings/index.ts'
import { spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { vaultProblem } from './problem.ts'

const visit = perVisit(() => ({ problem: signal(''), working: signal(false) }))
const stateOf = () => visit(phase.value)

const submit = async (event: SubmitEvent): Promise<void> => {
  event.preventDefault()
  const form = event.target
  const { problem, working } = stateOf()
  if (working.value || !(form instanceof HTMLFormElement)) return
  working.value = true
  problem.value = ''
  try {
    await unlock(String(new FormData(form).get('passphrase') ?? ''))
  } catch (error) {
    problem.value = vaultProblem(error)
    form.querySelector<HTMLInputElement>('input')?.select()
  } finally {
    working.value = false
  }
}

export const unlockView = (): TemplateResult => {
  const { problem, working } = stateOf()
  const offer = quickUnlockOffer()
  return screen({
    id: 'unlock',
    body: html`
      <h1 tabindex="-1">${t.unlock.title}</h1>
      ${offer}
      <form class="stack" @submit=${submit}>
        <div class="field">
          <label for="passphrase">${t.unlock.label}</label>
          <input class="input" id="passphrase" name="passphrase" type="password" required autocomplete="current-password"
            aria-invalid=${problem.value !== ''} aria-describedby="passphrase-hint" data-focus />
          <p class="hint bad" id="passphrase-hint" role="alert">${problem.value}</p>
        </div>
        <div>
          <button class="button ${offer === nothing ? 'primary' : ''}" type="submit" aria-disabled=${working.value}>
            ${working.value ? html`${spinner()}${t.unlock.opening}` : t.unlock.unlock}
          </button>
        </div>
      </form>
      <details>
        <summary>${t.unlock.forgot}</summary>
        <div class="stack">
          <p class="muted small">${t.unlock.forgotText}</p>
          <div><a class="button" href=${linkTo({ name: 'restore' })}>${t.unlock.startOver}</a></div>
        </div>
      </details>
    `,
  })
}
