import { equalBytes, IdentityError, phraseToSeed, publicKeyOf, signingKeyFromSeed } from '@kez-chat/identity'
import { signal } from '@preact/signals-core'
import { html, type TemplateResult } from 'lit-html'
import { cameFrom, linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import { phraseProblem } from '../passphrase/problem.ts'
import { isHexSeed, readPhrase } from '../passphrase/secrets.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { screen } from '../ui/screen.ts'
import { lastProven } from '../welcome/last-proven.ts'
import { noteProven } from '../welcome/progress.ts'

const stateOf = perVisit(() => ({ problem: signal(''), right: signal(false) }))

const isOf = (session: Session, phrase: string): boolean => {
  const { primary } = signingKeyFromSeed(phraseToSeed(readPhrase(phrase)))
  return equalBytes(publicKeyOf(primary), publicKeyOf(session.key.primary))
}

const submit = async (event: SubmitEvent, session: Session): Promise<void> => {
  event.preventDefault()
  const form = event.target
  if (!(form instanceof HTMLFormElement)) return
  const { problem, right } = stateOf(session)
  const typed = String(new FormData(form).get('phrase') ?? '')
  right.value = false
  problem.value = ''
  try {
    if (!isOf(session, typed)) {
      problem.value = t.keys.drill.wrong
      return
    }
    form.reset()
    right.value = true
    await noteProven(session, { words: !isHexSeed(typed) })
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    problem.value = phraseProblem(error)
  }
}

/** Proves once that the words somebody has noted would bring them back. */
export const drillView = (session: Session): TemplateResult => {
  const { problem, right } = stateOf(session)
  return screen({
    id: 'drill',
    back: { href: linkTo({ name: cameFrom('welcome', 'settings') }) },
    body: html`
      <div class="stack tight">
        <h1 tabindex="-1">${t.keys.drill.title}</h1>
        <p class="muted">${t.keys.drill.text}</p>
        <p class="muted">${lastProven(session)}</p>
      </div>
      <form class="stack" @submit=${(event: SubmitEvent) => submit(event, session)}>
        <div class="field">
          <label for="phrase">${t.restore.label}</label>
          <textarea class="input mono" id="phrase" name="phrase" required rows="3" autocomplete="off"
            autocapitalize="none" spellcheck="false" aria-invalid=${problem.value !== ''}
            aria-describedby="phrase-hint" data-focus></textarea>
          <p class="hint bad" id="phrase-hint" role="alert">${problem.value}</p>
        </div>
        <p class="hint good" role="status">${right.value ? t.keys.drill.right : ''}</p>
        <div><button class="button primary" type="submit">${t.keys.drill.check}</button></div>
      </form>
    `,
  })
}
