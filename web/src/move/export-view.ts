import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { openVaultWith } from '../app/app.ts'
import { linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import { readOwnEvents } from '../people/ask.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { moveWords } from '../strings/move.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { vaultProblem } from '../unlock/problem.ts'
import type { Secrets } from '../vault/vault.ts'
import { exportNow } from './export.ts'
import { chosenPassphrase, newPassphraseChoice, passphraseChoice } from './passphrase-choice.ts'
import { type Problem, problemOf } from './problem.ts'

/** The passphrase was right: what is needed to begin. */
type Ready = {
  readonly secrets: Secrets
  readonly passphrase: string
  /** Undefined when the home server was not reached. */
  readonly events: readonly unknown[] | undefined
  readonly conversations: number
  readonly messages: number
}

const stateOf = perVisit(() => ({
  choice: newPassphraseChoice(),
  wrong: signal(''),
  working: signal(false),
  ready: signal<Ready | undefined>(undefined),
  problem: signal<Problem | undefined>(undefined),
}))

const submit = async (event: SubmitEvent, session: Session): Promise<void> => {
  event.preventDefault()
  const form = event.target
  const { choice, wrong, working, ready } = stateOf(session)
  if (working.value || !(form instanceof HTMLFormElement)) return
  const own = String(new FormData(form).get('own') ?? '')
  const passphrase = chosenPassphrase(choice, form, own)
  if (passphrase === undefined) return
  working.value = true
  wrong.value = ''
  try {
    const secrets = await openVaultWith(own)
    const events = await readOwnEvents(session).catch(() => undefined)
    const { db } = session.store
    const [conversations, messages] = [await db.count('conversations'), await db.count('messages')]
    ready.value = { secrets, passphrase, events, conversations, messages }
  } catch (error) {
    wrong.value = vaultProblem(error)
    form.querySelector<HTMLInputElement>('[name=own]')?.select()
  } finally {
    working.value = false
  }
}

const asked = (session: Session): TemplateResult => {
  const { choice, wrong, working } = stateOf(session)
  const { export: words } = moveWords()
  return html`
    <div class="stack tight">
      <h1 tabindex="-1">${words.title}</h1>
      <p class="muted">${words.text}</p>
    </div>
    <form class="stack" @submit=${(event: SubmitEvent) => submit(event, session)}>
      <div class="field">
        <label for="own">${words.own}</label>
        <input class="input" id="own" name="own" type="password" required autocomplete="current-password"
          aria-invalid=${wrong.value !== ''} aria-describedby="own-hint" data-focus />
        <p class="hint bad" id="own-hint" role="alert">${wrong.value}</p>
      </div>
      ${passphraseChoice(choice, { title: words.file, same: words.same, other: words.other, fresh: words.fresh })}
      <div>
        <button class="button primary" type="submit" aria-disabled=${working.value}>
          ${working.value ? html`${spinner()}${t.working}` : words.next}
        </button>
      </div>
    </form>
  `
}

const save = async (session: Session): Promise<void> => {
  const { ready, problem, working } = stateOf(session)
  if (!ready.value || working.value) return
  problem.value = undefined
  working.value = true
  try {
    await exportNow(session, ready.value)
  } catch (error) {
    problem.value = problemOf(error)
  } finally {
    working.value = false
  }
}

const prepared = (session: Session, { conversations, messages, events }: Ready): TemplateResult => {
  const { problem, working } = stateOf(session)
  const { export: words, problems } = moveWords()
  return html`
    <div class="stack tight">
      <h1 tabindex="-1">${words.ready}</h1>
      <p>${words.holds(conversations, messages)}</p>
      <p class="muted">${words.pause}</p>
    </div>
    ${events ? nothing : notice('warn', words.noChain)}
    ${problem.value && problem.value in problems ? notice('bad', problems[problem.value]) : nothing}
    <div>
      <button class="button primary" type="button" aria-disabled=${working.value} @click=${() => save(session)}>
        ${words.save}
      </button>
    </div>
  `
}

/** Everything into one file: the passphrase first, then the file. */
export const exportView = (session: Session): TemplateResult => {
  const ready = stateOf(session).ready.value
  return screen({
    id: ready ? 'export/ready' : 'export',
    back: { href: linkTo({ name: 'settings' }) },
    body: ready ? prepared(session, ready) : asked(session),
  })
}
