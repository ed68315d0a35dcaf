import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo, route } from '../app/route.ts'
import { markRow, reasonText } from '../people/marks-list.ts'
import type { Session } from '../session/session.ts'
import { claimWords } from '../strings/claims.ts'
import { t } from '../strings/index.ts'
import { confirmDialog } from '../ui/dialog.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen, steps } from '../ui/screen.ts'
import { partsOf } from './channels.ts'
import type { Looked } from './look.ts'
import { publishing } from './publish.ts'
import type { Standing } from './standing.ts'
import { check, type Doing, doingOf, ownStandings, sign, tagOf, takeBack } from './state.ts'

/** The claim that is about to be taken back, while the question stands. */
const asked = signal<string | undefined>(undefined)

const ask = (tag: string) => (): void => {
  asked.value = tag
}

const question = (session: Session, standing: Standing): TemplateResult | typeof nothing => {
  if (asked.value !== tagOf(session, standing)) return nothing
  const { one } = claimWords()
  const what = partsOf(standing.subject).value
  const answer = (sure: boolean): void => {
    asked.value = undefined
    if (sure) void takeBack(session, standing)
  }
  return standing.state === 'unpublished'
    ? confirmDialog({ title: one.discardTitle(what), text: one.discardText, yes: one.discardYes, answer })
    : confirmDialog({ title: one.revokeTitle(what), text: one.revokeText, yes: one.revokeYes, answer })
}

const failed = ({ memo, detail, retryAfter }: Looked): TemplateResult =>
  notice(
    'warn',
    html`
      <p>${reasonText(memo.reason)}${retryAfter === undefined ? nothing : ` ${claimWords().one.retry(retryAfter)}`}</p>
      ${detail === undefined ? nothing : html`<details><summary>${claimWords().one.detail}</summary><p class="small">${detail}</p></details>`}
    `,
  )

const outcome = ({ doing, looked, problem }: Doing): TemplateResult | typeof nothing => {
  const { one } = claimWords()
  if (doing === 'checking' || doing === 'telling') return html`<p class="working">${spinner()}${one[doing]}</p>`
  if (doing === 'revoking') return html`<p class="working">${spinner()}${one.revoking}</p>`
  if (problem) return notice('warn', one.problems[problem])
  if (!looked) return nothing
  if (looked.memo.status === 'failed') return failed(looked)
  return html`<p class="good-text">${one.found}</p>`
}

const checking = (session: Session, { subject, state }: Standing, doing: Doing): TemplateResult => {
  const { one } = claimWords()
  const { channel } = partsOf(subject)
  return html`
    <section class="setting">
      <h2>${one.checkTitle}</h2>
      <p class="muted">${state === 'unpublished' ? `${one.checkText} ` : ''}${channel === 'web' ? one.fromHome : one.fromHere}</p>
      <div>
        <button class="button ${state === 'verified' ? '' : 'primary'}" type="button" aria-disabled=${doing.doing !== undefined}
          @click=${() => check(session, subject)}>${one.check}</button>
      </div>
      <div class="stack tight" role="status">${outcome(doing)}</div>
    </section>
  `
}

const textOf = (session: Session, { subject, claim, state }: Standing): TemplateResult => {
  if (!claim)
    return html`
      <section class="setting">
        ${state === 'revoked' ? nothing : html`<p class="muted">${claimWords().one.elsewhere}</p>`}
        <div><button class="button" type="button" @click=${() => sign(session, subject)}>${claimWords().one.signAgain}</button></div>
      </section>
    `
  const text = publishing(claim)
  return state === 'verified' ? html`<details><summary>${claimWords().one.publish}</summary>${text}</details>` : text
}

const page = (session: Session, standing: Standing): TemplateResult => {
  const { subject, state, mark } = standing
  const tag = tagOf(session, standing)
  const { channel, value } = partsOf(subject)
  const label = state === 'unpublished' ? claimWords().one.discard : claimWords().one.revoke
  return html`
    ${state === 'unpublished' ? steps(2, 3) : nothing}
    <div class="stack tight">
      <p class="muted small">${channel ? t.people.channels[channel] : nothing}</p>
      <h1 class="claim-title" tabindex="-1">${value}</h1>
    </div>
    <div class="card">${markRow({ ...mark, subject, state }, { name: false, place: true, now: session.now() })}</div>
    ${textOf(session, standing)} ${state === 'revoked' ? nothing : checking(session, standing, doingOf(tag))}
    ${state === 'revoked' ? nothing : html`<div><button class="button danger" type="button" @click=${ask(tag)}>${label}</button></div>`}
    ${question(session, standing)}
  `
}

/** One own claim: its text, where that goes, whether it is there, and the way back. */
export const claimView = (session: Session): TemplateResult => {
  const now = route.value
  const tag = now.name === 'claim' ? now.tag : ''
  const standings = ownStandings(session)
  const standing = standings?.find((one) => tagOf(session, one) === tag)
  const missing = standings
    ? html`<h1 tabindex="-1">${claimWords().title}</h1>${notice('warn', claimWords().one.unknown)}`
    : html`<p role="status">${spinner()}<span class="visually-hidden">${t.loading}</span></p>`
  return screen({
    id: `claim/${tag}`,
    back: { href: linkTo({ name: 'claims' }) },
    body: standing ? page(session, standing) : missing,
  })
}
