import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { perVisit } from '../app/visit.ts'
import { isFull } from '../storage/errors.ts'
import { t } from '../strings/index.ts'
import { notice, spinner } from '../ui/notice.ts'

const shortest = 8

type Problem = 'short' | 'different' | 'failed' | 'full'

const stateOf = perVisit(() => ({ problem: signal<Problem | undefined>(undefined), working: signal(false) }))

export const judge = (passphrase: string, repeated: string): 'short' | 'different' | undefined => {
  if ([...passphrase].length < shortest) return 'short'
  return passphrase === repeated ? undefined : 'different'
}

const submit = async (event: SubmitEvent, save: (passphrase: string) => Promise<void>): Promise<void> => {
  event.preventDefault()
  const { problem, working } = stateOf()
  if (working.value || !(event.target instanceof HTMLFormElement)) return
  const form = new FormData(event.target)
  const passphrase = String(form.get('passphrase') ?? '')
  problem.value = judge(passphrase, String(form.get('repeat') ?? ''))
  if (problem.value) {
    event.target.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    return
  }
  working.value = true
  try {
    await save(passphrase)
  } catch (error) {
    problem.value = isFull(error) ? 'full' : 'failed'
  } finally {
    working.value = false
  }
}

const hint = (id: string, bad: boolean, text: string): TemplateResult =>
  html`<p class="hint ${bad ? 'bad' : ''}" id=${id}>${text}</p>`

/** Asks for the passphrase of the app lock, twice. */
export const passphraseForm = (save: (passphrase: string) => Promise<void>): TemplateResult => {
  const { problem, working } = stateOf()
  return html`
  <div class="stack tight">
    <h1 tabindex="-1">${t.passphrase.title}</h1>
    <p class="muted">${t.passphrase.text}</p>
  </div>
  <form class="stack" @submit=${(event: SubmitEvent) => submit(event, save)}>
    <div class="field">
      <label for="passphrase">${t.passphrase.label}</label>
      <input class="input" id="passphrase" name="passphrase" type="password" required autocomplete="new-password"
        aria-invalid=${problem.value === 'short'} aria-describedby="passphrase-hint" data-focus />
      ${hint('passphrase-hint', problem.value === 'short', problem.value === 'short' ? t.passphrase.short : t.passphrase.hint)}
    </div>
    <div class="field">
      <label for="repeat">${t.passphrase.repeat}</label>
      <input class="input" id="repeat" name="repeat" type="password" required autocomplete="new-password"
        aria-invalid=${problem.value === 'different'} aria-describedby="repeat-hint" />
      ${hint('repeat-hint', true, problem.value === 'different' ? t.passphrase.different : '')}
    </div>
    ${problem.value === 'failed' || problem.value === 'full' ? notice('bad', t.passphrase[problem.value]) : nothing}
    <div>
      <button class="button primary" type="submit" aria-disabled=${working.value}>
        ${working.value ? html`${spinner()}${t.passphrase.sealing}` : t.passphrase.save}
      </button>
    </div>
  </form>
`
}
