import { effect, signal } from '@preact/signals-core'
import { html, type TemplateResult } from 'lit-html'
import { openVaultWith } from '../app/app.ts'
import { route } from '../app/route.ts'
import { t } from '../strings/index.ts'
import { spinner } from '../ui/notice.ts'
import { wordGrid } from '../ui/word-grid.ts'
import { vaultProblem } from '../unlock/problem.ts'

const words = signal<string[] | undefined>(undefined)
const problem = signal('')
const working = signal(false)

// The words are gone as soon as the page is left.
effect(() => {
  if (route.value.name !== 'settings') hide()
})

function hide(): void {
  words.value = undefined
  problem.value = ''
}

const submit = async (event: SubmitEvent): Promise<void> => {
  event.preventDefault()
  const form = event.target
  if (working.value || !(form instanceof HTMLFormElement)) return
  working.value = true
  problem.value = ''
  try {
    const { phrase } = await openVaultWith(String(new FormData(form).get('passphrase') ?? ''))
    if (route.peek().name !== 'settings') return
    if (phrase === undefined) problem.value = t.settings.phraseNone
    else words.value = phrase.split(' ')
  } catch (error) {
    problem.value = vaultProblem(error)
  } finally {
    working.value = false
  }
}

const shown = (list: readonly string[]): TemplateResult => html`
  ${wordGrid(list)}
  <div><button class="button" type="button" @click=${hide}>${t.settings.phraseHide}</button></div>
`

const asked = (): TemplateResult => html`
  <p class="muted">${t.settings.phraseText}</p>
  <form class="stack" @submit=${submit}>
    <div class="field">
      <label for="reveal">${t.unlock.label}</label>
      <input class="input" id="reveal" name="passphrase" type="password" required autocomplete="current-password"
        aria-invalid=${problem.value !== ''} aria-describedby="reveal-hint" />
      <p class="hint bad" id="reveal-hint" role="alert">${problem.value}</p>
    </div>
    <div>
      <button class="button" type="submit" aria-disabled=${working.value}>
        ${working.value ? html`${spinner()}${t.working}` : t.settings.phraseShow}
      </button>
    </div>
  </form>
`

/** The recovery phrase, behind the passphrase asked for afresh (protocol §6). */
export const phraseSetting = (): TemplateResult => html`
  <section class="setting">
    <h2>${t.settings.phraseTitle}</h2>
    ${words.value ? shown(words.value) : asked()}
  </section>
`
