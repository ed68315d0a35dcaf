import { html, nothing, type TemplateResult } from 'lit-html'
import { codeForm } from '../invited/code-form.ts'
import { codeTrouble } from '../invited/trouble.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { moveWords } from '../strings/move.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen, steps } from '../ui/screen.ts'
import { isNewlyRestored } from '../welcome/progress.ts'
import { type Check, createHandleState, type Elsewhere, type HandleState } from './state.ts'

const states = new WeakMap<Session, HandleState>()

const stateOf = (session: Session): HandleState => {
  const known = states.get(session)
  if (known) return known
  const fresh = createHandleState(session)
  states.set(session, fresh)
  void fresh.begin()
  return fresh
}

const troubleText = (code: string): string => {
  if (code.startsWith('invite_')) return codeTrouble(code)
  if (code === 'stale_timestamp') return t.handle.clock
  if (code === 'not_there') return moveWords().home.notThere
  if (code === 'offline' || code === 'unavailable') return t.handle.offline
  return code === 'rate_limited' ? t.handle.limited : t.handle.refused(code)
}

const bad: ReadonlySet<Check> = new Set(['invalid', 'reserved', 'taken'])

const hintText = (check: Check, full: string): string => {
  switch (check) {
    case 'empty':
    case 'unknown':
      return t.handle.hint
    case 'free':
      return t.handle.free(full)
    default:
      return t.handle[check]
  }
}

const form = (state: HandleState, server: string): TemplateResult => {
  const check = state.check.value
  const working = state.registering.value
  const tone = bad.has(check) ? 'bad' : check === 'free' ? 'good' : ''
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (bad.has(check) || check === 'empty') document.querySelector<HTMLElement>('#handle')?.focus()
    else void state.take()
  }
  return html`
    <form class="stack" @submit=${submit}>
      <div class="field">
        <label for="handle">${t.handle.label}</label>
        <div class="affixed">
          <input class="input" id="handle" name="handle" required maxlength="33" autocomplete="off" autocapitalize="none"
            spellcheck="false" aria-invalid=${bad.has(check)} aria-describedby="handle-hint" data-focus
            @input=${(event: InputEvent) => event.target instanceof HTMLInputElement && state.typed(event.target.value)} />
          <span class="suffix">@${server}</span>
        </div>
        <p class="hint ${tone}" id="handle-hint" aria-live="polite">${hintText(check, `${state.handle.value}@${server}`)}</p>
      </div>
      <div>
        <button class="button primary" type="submit" aria-disabled=${working}>
          ${working ? html`${spinner()}${t.handle.taking}` : t.handle.take}
        </button>
      </div>
    </form>
  `
}

/** An import has brought a handle of another server: it stays, or there is a new one here. */
const choice = (state: HandleState, { moved, mine }: Elsewhere, server: string): TemplateResult => {
  const { home: words } = moveWords()
  const full = `${moved.handle}@${moved.server}`
  return html`
    <section class="card stack">
      <h2>${words.keepTitle(full)}</h2>
      <p class="muted">${words.keepText(moved.server)}</p>
      <div>
        <button class="button primary" type="button" aria-disabled=${state.registering.value} @click=${state.keep}>
          ${words.keep(full)}
        </button>
      </div>
    </section>
    <section class="setting">
      <h2>${mine === undefined ? words.newTitle(server) : words.mineTitle(`${mine}@${server}`)}</h2>
      <p class="muted">${words.newText(full)}</p>
      ${
        mine === undefined
          ? form(state, server)
          : html`<div><button class="button" type="button" @click=${state.useOwn}>${words.use(`${mine}@${server}`)}</button></div>`
      }
    </section>
  `
}

const waiting = (state: HandleState): TemplateResult =>
  state.trouble.value
    ? html`<div><button class="button" type="button" @click=${state.begin}>${t.tryAgain}</button></div>`
    : html`<p class="muted" role="status">${t.handle.looking}</p>`

export const handleView = (session: Session): TemplateResult => {
  const state = stateOf(session)
  const trouble = state.trouble.value
  // A restore has one step less before this one.
  const last = isNewlyRestored(session) ? 3 : 4
  const elsewhere = state.elsewhere.value
  const server = state.server.value
  return screen({
    id: 'handle',
    body: html`
      ${steps(last, last)}
      <div class="stack tight">
        <h1 tabindex="-1">${elsewhere ? moveWords().home.title : t.handle.title}</h1>
        <p class="muted">${elsewhere ? moveWords().home.text : t.handle.text}</p>
      </div>
      ${trouble ? notice('bad', troubleText(trouble)) : nothing}
      ${trouble?.startsWith('invite_') ? codeForm(state.take) : nothing}
      ${server === undefined ? waiting(state) : elsewhere ? choice(state, elsewhere, server) : form(state, server)}
    `,
  })
}
