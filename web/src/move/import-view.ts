import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { phase } from '../app/app.ts'
import { linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import type { Session } from '../session/session.ts'
import { forgetMoving, readMoving } from '../storage/moving.ts'
import { t } from '../strings/index.ts'
import { moveWords } from '../strings/move.ts'
import { attempt } from '../ui/attempt.ts'
import { identicon, shortKey } from '../ui/identicon.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen, steps } from '../ui/screen.ts'
import { ago } from '../ui/time.ts'
import { type Beginning, readBeginning } from './file.ts'
import { importAfresh, importHere } from './import.ts'
import { chosenPassphrase, newPassphraseChoice, passphraseChoice } from './passphrase-choice.ts'
import { type Problem, problemOf } from './problem.ts'

type Opened = { readonly file: File; readonly passphrase: string; readonly beginning: Beginning }

const visit = perVisit(() => ({
  opened: signal<Opened | undefined>(undefined),
  problem: signal<string | undefined>(undefined),
  working: signal(false),
  choice: newPassphraseChoice(),
  unfinished: signal(false),
  looked: false,
}))

const stateOf = (session: Session | undefined) => {
  const state = visit(session)
  if (session && !state.looked) {
    state.looked = true
    void readMoving(session.store).then((moving) => {
      state.unfinished.value = moving !== undefined
    })
  }
  return state
}

const words = (problem: Problem): string => moveWords().problems[problem]

/** Why a file that opens is not for here. */
const refusal = ({ primary, secrets }: Beginning, session: Session | undefined): string | undefined => {
  const { problems } = moveWords()
  if (!session) return secrets ? undefined : problems.no_keys
  if (!primary) return problems.no_keys
  return primary === session.key.primary ? undefined : problems.other_identity(shortKey(primary))
}

const open = async (event: SubmitEvent, session: Session | undefined): Promise<void> => {
  event.preventDefault()
  const form = event.target
  const { opened, problem, working } = stateOf(session)
  if (working.value || !(form instanceof HTMLFormElement)) return
  const data = new FormData(form)
  const file = data.get('file')
  const passphrase = String(data.get('passphrase') ?? '')
  problem.value = undefined
  if (!(file instanceof File) || file.name === '') {
    problem.value = moveWords().import.none
    return
  }
  working.value = true
  try {
    const beginning = await readBeginning(file, passphrase)
    problem.value = refusal(beginning, session)
    if (problem.value === undefined) opened.value = { file, passphrase, beginning }
  } catch (error) {
    problem.value = words(problemOf(error))
    form.querySelector<HTMLInputElement>('[name=passphrase]')?.select()
  } finally {
    working.value = false
  }
}

const leaveUnfinished = (session: Session): Promise<void> =>
  attempt(async () => {
    await forgetMoving(session.store)
    stateOf(session).unfinished.value = false
  })

const unfinished = (session: Session): TemplateResult =>
  notice(
    'warn',
    html`
      <p>${moveWords().import.unfinished}</p>
      <button class="button" type="button" @click=${() => leaveUnfinished(session)}>${moveWords().import.leave}</button>
    `,
  )

const choose = (session: Session | undefined): TemplateResult => {
  const { problem, working, unfinished: isUnfinished } = stateOf(session)
  const { import: text } = moveWords()
  return html`
    ${session ? nothing : steps(1, 3)}
    <div class="stack tight">
      <h1 tabindex="-1">${text.title}</h1>
      <p class="muted">${session ? text.textOpen : text.text}</p>
    </div>
    ${session && isUnfinished.value ? unfinished(session) : nothing}
    <form class="stack" @submit=${(event: SubmitEvent) => open(event, session)}>
      <div class="field">
        <label for="file">${text.file}</label>
        <input class="input file" id="file" name="file" type="file" accept=".kez" />
      </div>
      <div class="field">
        <label for="passphrase">${text.passphrase}</label>
        <input class="input" id="passphrase" name="passphrase" type="password" required autocomplete="current-password"
          aria-describedby="import-hint" />
        <p class="hint bad" id="import-hint" role="alert">${problem.value ?? ''}</p>
      </div>
      <div>
        <button class="button primary" type="submit" aria-disabled=${working.value}>
          ${working.value ? html`${spinner()}${t.working}` : text.open}
        </button>
      </div>
    </form>
  `
}

const holdsSomething = (): boolean => {
  const now = phase.value
  return now.name === 'locked' || (now.name === 'lost' && now.what !== 'everything')
}

const start = async (event: SubmitEvent, session: Session | undefined): Promise<void> => {
  event.preventDefault()
  const { opened, problem, working, choice } = stateOf(session)
  const form = event.target
  if (!opened.value || working.value || !(form instanceof HTMLFormElement)) return
  const lock = session ? '' : chosenPassphrase(choice, form, opened.value.passphrase)
  if (lock === undefined) return
  problem.value = undefined
  working.value = true
  try {
    if (session) await importHere(session, opened.value)
    else await importAfresh(opened.value, lock)
  } catch (error) {
    problem.value = words(problemOf(error))
  } finally {
    working.value = false
  }
}

const facts = ({ primary, account, createdAt }: Beginning): TemplateResult => {
  const { import: text } = moveWords()
  return html`
    <section class="card stack">
      <div class="person">
        ${primary ? identicon(primary, 48) : nothing}
        <div>
          <strong>${account ?? text.noHandle}</strong>
          <p class="key-line">${primary}</p>
        </div>
      </div>
      ${createdAt === undefined ? nothing : html`<p class="muted">${text.written} ${ago(createdAt)}</p>`}
    </section>
  `
}

const confirm = (session: Session | undefined, { beginning }: Opened): TemplateResult => {
  const { problem, working, choice } = stateOf(session)
  const { import: text } = moveWords()
  const erases = !session && holdsSomething()
  return html`
    ${session ? nothing : steps(2, 3)}
    <h1 tabindex="-1">${text.opened}</h1>
    ${facts(beginning)}
    ${erases ? notice('warn', text.erases) : nothing}
    <form class="stack" @submit=${(event: SubmitEvent) => start(event, session)}>
      ${
        session
          ? nothing
          : passphraseChoice(choice, { title: text.lock, same: text.same, other: text.other, fresh: text.fresh })
      }
      ${problem.value === undefined ? nothing : notice('bad', problem.value)}
      <div>
        <button class="button ${erases ? 'danger' : 'primary'}" type="submit" aria-disabled=${working.value}>
          ${erases ? text.startErasing : text.start}
        </button>
      </div>
    </form>
  `
}

/** What a file holds, into this device: a new one, or one that has the same identity already. */
export const importView = (session?: Session): TemplateResult => {
  const { opened } = stateOf(session)
  const now = opened.value
  const again = (): void => {
    opened.value = undefined
  }
  const out = linkTo({ name: session?.account.value ? 'settings' : session ? 'home' : 'restore' })
  return screen({
    id: now ? 'import/opened' : 'import',
    back: now ? { click: again } : { href: out },
    body: now ? confirm(session, now) : choose(session),
  })
}
