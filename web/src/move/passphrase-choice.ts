import { type Signal, signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { judge } from '../passphrase/form.ts'
import { t } from '../strings/index.ts'
import { moveWords } from '../strings/move.ts'

/** Whether what is protected anew opens with a passphrase that was given already, or with another one. */
export type PassphraseChoice = {
  readonly other: Signal<boolean>
  readonly problem: Signal<'short' | 'different' | undefined>
}

export const newPassphraseChoice = (): PassphraseChoice => ({ other: signal(false), problem: signal(undefined) })

/** The passphrase that the form chooses; undefined when what was typed will not do, which is then shown. */
export const chosenPassphrase = (
  { other, problem }: PassphraseChoice,
  form: HTMLFormElement,
  given: string,
): string | undefined => {
  const data = new FormData(form)
  const typed = String(data.get('fresh') ?? '')
  problem.value = other.value ? judge(typed, String(data.get('repeat') ?? '')) : undefined
  if (problem.value) form.querySelector<HTMLElement>('[name=fresh]')?.focus()
  return problem.value ? undefined : other.value ? typed : given
}

type Words = { readonly title: string; readonly same: string; readonly other: string; readonly fresh: string }

/** A group of radio buttons, and two fields for another passphrase. */
export const passphraseChoice = ({ other, problem }: PassphraseChoice, words: Words): TemplateResult => {
  const option = (isOther: boolean, text: string): TemplateResult => html`
    <label>
      <input type="radio" name="which" .checked=${other.value === isOther} @change=${() => {
        other.value = isOther
      }} />
      ${text}
    </label>
  `
  const bad = problem.value
  return html`
    <div class="field">
      <span class="choice-title" id="which">${words.title}</span>
      <div class="segmented" role="radiogroup" aria-labelledby="which">${option(false, words.same)}${option(true, words.other)}</div>
    </div>
    ${
      other.value
        ? html`
            <div class="field">
              <label for="fresh">${words.fresh}</label>
              <input class="input" id="fresh" name="fresh" type="password" required autocomplete="new-password"
                aria-invalid=${bad === 'short'} aria-describedby="fresh-hint" />
              <p class="hint ${bad === 'short' ? 'bad' : ''}" id="fresh-hint">${bad === 'short' ? moveWords().problems.short : t.passphrase.hint}</p>
            </div>
            <div class="field">
              <label for="repeat">${t.passphrase.repeat}</label>
              <input class="input" id="repeat" name="repeat" type="password" required autocomplete="new-password"
                aria-invalid=${bad === 'different'} aria-describedby="repeat-hint" />
              <p class="hint bad" id="repeat-hint">${bad === 'different' ? moveWords().problems.different : ''}</p>
            </div>
          `
        : nothing
    }
  `
}
