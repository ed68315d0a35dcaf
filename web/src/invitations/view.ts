import { type Signal, signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { cameFrom, linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import type { Session } from '../session/session.ts'
import { type Invitation, isOpen } from '../storage/invitations.ts'
import { inviteWords } from '../strings/invites.ts'
import { copyButton } from '../ui/copy.ts'
import { confirmDialog } from '../ui/dialog.ts'
import { notice, spinner } from '../ui/notice.ts'
import { nameOf } from '../ui/peer-name.ts'
import { screen } from '../ui/screen.ts'
import { fullDate } from '../ui/time.ts'
import { canShare, savePicture, share } from './hand-out.ts'
import { qrPicture } from './qr.ts'
import { createInvitationsState, type InvitationsState } from './state.ts'

const states = new WeakMap<Session, InvitationsState>()

const stateOf = (session: Session): InvitationsState => {
  const known = states.get(session) ?? createInvitationsState(session)
  states.set(session, known)
  return known
}

const usesOffered = [1, 5, 25]
const daysOffered = [1, 7, 30]

const visit = perVisit(() => ({
  uses: signal(1),
  days: signal(7),
  /** The tag of the one that may be revoked. */
  revoking: signal<string | undefined>(undefined),
}))

const choice = (
  name: string,
  title: string,
  offered: readonly number[],
  chosen: Signal<number>,
  label: (n: number) => string,
): TemplateResult => {
  const choose = (n: number) => (): void => {
    chosen.value = n
  }
  return html`
    <div class="field">
      <span class="choice-label" id=${name}>${title}</span>
      <div class="segmented" role="radiogroup" aria-labelledby=${name}>
        ${offered.map(
          (n) =>
            html`<label><input type="radio" name=${name} .checked=${chosen.value === n} @change=${choose(n)} />${label(n)}</label>`,
        )}
      </div>
    </div>
  `
}

const makeForm = (session: Session, state: InvitationsState): TemplateResult => {
  const words = inviteWords()
  const { uses, days } = visit(session)
  const working = state.working.value
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.target
    if (!(form instanceof HTMLFormElement)) return
    const note = String(new FormData(form).get('note') ?? '')
    void state.make({ uses: uses.value, days: days.value, note }).then(() => {
      if (state.problem.value === undefined) form.reset()
    })
  }
  return html`
    <form class="stack" @submit=${submit}>
      ${choice('invite-uses', words.forWhom, usesOffered, uses, words.people)}
      ${choice('invite-days', words.howLong, daysOffered, days, words.days)}
      <div class="field">
        <label for="note">${words.note}</label>
        <input class="input" id="note" name="note" maxlength="100" autocomplete="off" placeholder=${words.notePlaceholder} />
      </div>
      <div>
        <button class="button primary" type="submit" aria-disabled=${working}>
          ${working ? html`${spinner()}${words.making}` : words.make}
        </button>
      </div>
    </form>
  `
}

const cameBy = (session: Session, { used }: Invitation): TemplateResult | typeof nothing => {
  if (used.length === 0) return nothing
  const summaries = session.chats.summaries.value
  const names = used.map(({ tag }) => {
    const known = summaries.get(tag)?.conversation
    return known ? nameOf(known, session.account.value?.server) : inviteWords().somebody
  })
  return html`<p class="small">${inviteWords().cameBy(names.join(', '))}</p>`
}

const nameIt = ({ note }: Invitation): string => (note === '' ? inviteWords().unnamed : note)

const revokeButton = (session: Session, invitation: Invitation): TemplateResult => {
  const { revoking } = visit(session)
  const ask = (): void => {
    revoking.value = invitation.tag
  }
  return html`<button class="button plain" type="button" @click=${ask}>${inviteWords().revoke}</button>`
}

const revokeQuestion = (session: Session, state: InvitationsState): TemplateResult | typeof nothing => {
  const words = inviteWords()
  const { revoking } = visit(session)
  const invitation = state.list.value?.find(({ tag }) => tag === revoking.value)
  if (!invitation) return nothing
  const answer = (sure: boolean): void => {
    revoking.value = undefined
    if (sure) void state.revoke(invitation)
  }
  return confirmDialog({ title: words.revokeTitle, text: words.revokeText, yes: words.revoke, answer })
}

const card = (session: Session, state: InvitationsState, invitation: Invitation, link: string): TemplateResult => {
  const words = inviteWords()
  const account = session.account.value
  const full = `${account?.handle}@${account?.server}`
  return html`
    <section class="card stack invitation" aria-labelledby="invitation-shown">
      <h2 id="invitation-shown">${nameIt(invitation)}</h2>
      ${qrPicture(link, words.qr(full))}
      <p class="key-line" aria-label=${words.link}>${link}</p>
      <div class="buttons">
        ${canShare() ? html`<button class="button primary" type="button" @click=${() => share(words.shareText(full), link)}>${words.share}</button>` : nothing}
        ${copyButton('invitation', link, words.copy)}
        <button class="button" type="button" @click=${() => savePicture(link, `kez-${account?.handle}`)}>${words.save}</button>
        ${revokeButton(session, invitation)}
      </div>
      <p class="muted small">${words.facts(invitation.used.length, invitation.uses, fullDate(invitation.expires_at))}. ${words.secret}</p>
      ${cameBy(session, invitation)}
      ${state.operatorAlone.value ? notice('warn', words.noCode) : nothing}
    </section>
  `
}

const row = (session: Session, state: InvitationsState, invitation: Invitation): TemplateResult => {
  const words = inviteWords()
  const { used, uses, expires_at: until } = invitation
  const open = isOpen(invitation, session.now())
  const over = used.length >= uses ? words.over.used : words.over.expired
  return html`
    <li class="invitation-row">
      <div>
        <strong>${nameIt(invitation)}</strong>
        <p class="muted small">${open ? words.facts(used.length, uses, fullDate(until)) : over}</p>
        ${cameBy(session, invitation)}
      </div>
      ${
        open
          ? html`<button class="button" type="button" @click=${() => state.show(invitation.tag)}>${words.show}</button>`
          : html`<button class="button plain" type="button" @click=${() => state.revoke(invitation)}>${words.forget}</button>`
      }
    </li>
  `
}

/** The page on which somebody is invited: a code to be scanned, a link to be sent, and what is still open. */
export const invitationsView = (session: Session): TemplateResult => {
  const words = inviteWords()
  const state = stateOf(session)
  const list = state.list.value
  const shown = list?.find((one) => one.tag === state.shown.value && isOpen(one, session.now()))
  const link = shown && state.linkOf(shown)
  const others = list?.filter((one) => one !== shown) ?? []
  const problem = state.problem.value
  const form = makeForm(session, state)
  return screen({
    id: 'invitations',
    back: { href: linkTo({ name: cameFrom('chats', 'settings', 'find') }) },
    body: html`
      <div class="stack tight">
        <h1 tabindex="-1">${words.title}</h1>
        <p class="muted">${words.text}</p>
      </div>
      ${problem ? notice('bad', words.problems[problem]) : nothing}
      ${shown && link ? html`${card(session, state, shown, link)}<details class="another"><summary>${words.another}</summary>${form}</details>` : form}
      ${
        others.length === 0
          ? nothing
          : html`
              <section class="setting">
                <h2>${words.listTitle}</h2>
                <p class="muted small">${words.listText}</p>
                <ul class="invitation-list">${others.map((one) => row(session, state, one))}</ul>
              </section>
            `
      }
      ${revokeQuestion(session, state)}
    `,
  })
}
