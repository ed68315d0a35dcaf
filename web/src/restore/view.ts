import { IdentityError } from '@kez-chat/identity'
import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { phase, settleIn } from '../app/app.ts'
import { linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import { passphraseForm } from '../passphrase/form.ts'
import { phraseProblem } from '../passphrase/problem.ts'
import { isHexSeed, newSecrets, readPhrase } from '../passphrase/secrets.ts'
import { t } from '../strings/index.ts'
import { moveWords } from '../strings/move.ts'
import { notice } from '../ui/notice.ts'
import { screen, steps } from '../ui/screen.ts'

/** The words, once they were accepted, and what they were entered as. */
type Entered = { readonly phrase: string; readonly asHex: boolean }

const stateOf = perVisit(() => ({
  accepted: signal<Entered | undefined>(undefined),
  problem: signal<string | undefined>(undefined),
}))

const total = 3

const submit = (event: SubmitEvent): void => {
  event.preventDefault()
  if (!(event.target instanceof HTMLFormElement)) return
  const { accepted, problem } = stateOf()
  const typed = String(new FormData(event.target).get('phrase') ?? '')
  try {
    accepted.value = { phrase: readPhrase(typed), asHex: isHexSeed(typed) }
    problem.value = undefined
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    problem.value = phraseProblem(error)
    event.target.querySelector<HTMLElement>('textarea')?.focus()
  }
}

/** Whether going on erases something. */
const holdsSomething = (): boolean => {
  const now = phase.value
  return now.name === 'locked' || (now.name === 'lost' && now.what !== 'everything')
}

const phraseStep = (): TemplateResult => html`
  ${steps(1, total)}
  <div class="stack tight">
    <h1 tabindex="-1">${t.restore.title}</h1>
    <p class="muted">${t.restore.text}</p>
  </div>
  ${holdsSomething() ? notice('warn', t.restore.erases) : nothing}
  <form class="stack" @submit=${submit}>
    <div class="field">
      <label for="phrase">${t.restore.label}</label>
      <textarea class="input mono" id="phrase" name="phrase" required rows="3" autocomplete="off" autocapitalize="none"
        spellcheck="false" placeholder=${t.restore.placeholder} aria-invalid=${stateOf().problem.value !== undefined}
        aria-describedby="phrase-hint" data-focus></textarea>
      <p class="hint bad" id="phrase-hint" role="alert">${stateOf().problem.value ?? ''}</p>
    </div>
    <div class="buttons">
      <button class="button primary" type="submit">${t.continue}</button>
      <a class="button" href=${linkTo({ name: 'import' })}>${moveWords().import.link}</a>
    </div>
  </form>
`

const save = async (passphrase: string): Promise<void> => {
  const { accepted } = stateOf()
  if (!accepted.value) return
  const { phrase, asHex } = accepted.value
  await settleIn(newSecrets(phrase), passphrase, { restored: true, phraseNoted: !asHex })
  accepted.value = undefined
}

const again = (): void => {
  stateOf().accepted.value = undefined
}

export const restoreView = (): TemplateResult =>
  stateOf().accepted.value === undefined
    ? screen({ id: 'restore/phrase', back: { href: linkTo({ name: 'home' }) }, body: phraseStep() })
    : screen({
        id: 'restore/passphrase',
        back: { click: again },
        body: html`${steps(2, total)}${passphraseForm(save)}`,
      })
