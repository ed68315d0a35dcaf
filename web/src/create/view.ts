import { html, type TemplateResult } from 'lit-html'
import { settleIn } from '../app/app.ts'
import { linkTo } from '../app/route.ts'
import { gateView } from '../invited/gate.ts'
import { passphraseForm } from '../passphrase/form.ts'
import { newSecrets } from '../passphrase/secrets.ts'
import { t } from '../strings/index.ts'
import { copyButton } from '../ui/copy.ts'
import { notice } from '../ui/notice.ts'
import { screen, steps } from '../ui/screen.ts'
import { wordGrid } from '../ui/word-grid.ts'
import { answerWords, askWords, finish, phraseWords, questions, step, wrong } from './state.ts'

const total = 4

const phraseStep = (): TemplateResult => html`
  ${steps(1, total)}
  <div class="stack tight">
    <h1 tabindex="-1">${t.create.phraseTitle}</h1>
    <p class="muted">${t.create.phraseText}</p>
  </div>
  ${wordGrid(phraseWords())}
  ${notice('warn', t.create.phraseWarn)}
  <div class="buttons">
    <button class="button primary" type="button" @click=${askWords}>${t.create.written}</button>
    ${copyButton('phrase', phraseWords().join(' '), t.create.copy)}
  </div>
`

const submitWords = (event: SubmitEvent): void => {
  event.preventDefault()
  if (!(event.target instanceof HTMLFormElement)) return
  const form = new FormData(event.target)
  answerWords(new Map(questions.value.map((place) => [place, String(form.get(`word-${place}`) ?? '')])))
  event.target.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
}

const wordField = (place: number, first: boolean): TemplateResult => {
  const bad = wrong.value.has(place)
  return html`
    <div class="field">
      <label for="word-${place}">${t.create.word(place + 1)}</label>
      <input class="input mono" id="word-${place}" name="word-${place}" required autocomplete="off" autocapitalize="none"
        spellcheck="false" aria-invalid=${bad} aria-describedby="word-${place}-hint" ?data-focus=${first} />
      <p class="hint bad" id="word-${place}-hint">${bad ? t.create.wordWrong : ''}</p>
    </div>
  `
}

const confirmStep = (): TemplateResult => html`
  ${steps(2, total)}
  <div class="stack tight">
    <h1 tabindex="-1">${t.create.confirmTitle}</h1>
    <p class="muted">${t.create.confirmText}</p>
  </div>
  <form class="stack" @submit=${submitWords}>
    ${questions.value.map((place, i) => wordField(place, i === 0))}
    <div class="buttons">
      <button class="button primary" type="submit">${t.create.confirm}</button>
      <button class="button plain" type="button" @click=${showPhrase}>${t.create.showAgain}</button>
    </div>
  </form>
`

const showPhrase = (): void => {
  step.value = 'phrase'
}

const save = async (passphrase: string): Promise<void> => {
  await settleIn(newSecrets(phraseWords().join(' ')), passphrase, { restored: false, phraseNoted: true })
  finish()
}

const bodies = {
  phrase: phraseStep,
  confirm: confirmStep,
  passphrase: () => html`${steps(3, total)}${passphraseForm(save)}`,
}

/** Words that were made are shown on: whoever has noted them goes on, whatever the server says now. */
export const createView = (): TemplateResult =>
  (step.value === 'phrase' ? gateView() : undefined) ??
  screen({
    id: `create/${step.value}`,
    back: step.value === 'phrase' ? { href: linkTo({ name: 'home' }) } : { click: showPhrase },
    body: bodies[step.value](),
  })
