import { type Invitation, invitationToken, inviterCheck, type PersonInvitation } from '@kez-chat/identity'
import { type Signal, signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { goTo, linkTo, type Route, route } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import type { Session } from '../session/session.ts'
import { meet } from '../storage/conversations.ts'
import { t } from '../strings/index.ts'
import { inviteWords } from '../strings/invites.ts'
import { attempt } from '../ui/attempt.ts'
import { spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { forget, readInvitation } from './pending.ts'
import { findInviter, type Inviter, type Refusal } from './person.ts'
import { refusalView } from './refusal.ts'

type State = 'looking' | 'asking' | { readonly refusal: Refusal }

const visit = perVisit((): { state?: Signal<State> } => ({}))

const isHere = (at: Route): boolean => route.peek() === at

/** The conversation with whoever invites; what is written there carries the token, until they answer. */
const meetInviter = (
  { secret }: PersonInvitation,
  session: Session,
  { primary, full, nostr }: Inviter,
): Promise<void> =>
  attempt(async () => {
    const invitation = secret === undefined ? undefined : invitationToken(secret)
    const tag = await meet(session.store, primary, full, { nostr, invitation })
    await forget()
    session.changed(tag)
    session.contactAccepted(tag)
    goTo({ name: 'chat', tag }, { replace: true })
  })

const fullOf = (session: Session, { handle, server }: PersonInvitation): string =>
  `${handle}@${server ?? session.account.value?.server ?? ''}`

const look = async (session: Session, invitation: PersonInvitation, state: Signal<State>): Promise<void> => {
  const [at, servers] = [route.peek(), session.servers()]
  if (!servers) return
  state.value = 'looking'
  const { client, server } = servers.of(fullOf(session, invitation))
  const found = await findInviter(client, invitation, server)
  if (!isHere(at) || session.ended.aborted) return
  if (typeof found === 'string') state.value = { refusal: found }
  else await meetInviter(invitation, session, found)
}

const begin = (session: Session, invitation: PersonInvitation): Signal<State> => {
  const here = visit(session)
  if (here.state) return here.state
  const isOwnServer = invitation.server === undefined || invitation.server === session.account.value?.server
  // Another server is asked only by who knows that it is.
  const state = signal<State>(isOwnServer ? 'looking' : 'asking')
  here.state = state
  if (isOwnServer) void look(session, invitation, state)
  return state
}

const leave = (): void => {
  void forget().catch(() => undefined)
}

const toChats = (later = false): TemplateResult =>
  html`<div><a class="button primary" href=${linkTo({ name: 'chats' })} @click=${later ? nothing : leave}>${inviteWords().open.toChats}</a></div>`

const said = (title: string, text: string, action: TemplateResult): TemplateResult => html`
  <div class="stack tight">
    <h1 tabindex="-1">${title}</h1>
    <p class="muted">${text}</p>
  </div>
  ${action}
`

const bodyOf = (session: Session, invitation: Invitation | undefined): TemplateResult => {
  const words = inviteWords().open
  if (!invitation) return html`${refusalView('damaged', '')}${toChats()}`
  if (invitation.kind === 'code') return said(words.title, words.member, toChats())
  if (inviterCheck(session.key.primary) === invitation.check) {
    const again = html`<div><a class="button primary" href=${linkTo({ name: 'invitations' })} @click=${leave}>${inviteWords().title}</a></div>`
    return said(words.own, words.ownText, again)
  }
  const state = begin(session, invitation)
  const now = state.value
  if (now === 'looking')
    return html`<h1 class="visually-hidden" tabindex="-1">${words.title}</h1><p class="muted" role="status">${spinner()} ${t.working}</p>`
  const full = fullOf(session, invitation)
  const goOn = (): Promise<void> => look(session, invitation, state)
  if (now === 'asking')
    return said(
      inviteWords().landing.title(full),
      words.text(full, invitation.server ?? ''),
      html`<div class="buttons">
        <button class="button primary" type="button" @click=${goOn}>${words.goOn}</button>
        <a class="button" href=${linkTo({ name: 'chats' })} @click=${leave}>${t.cancel}</a>
      </div>`,
    )
  // Who cannot be asked now is asked at the next start.
  return html`${refusalView(now.refusal, full, goOn)}${toChats(now.refusal === 'unreachable')}`
}

const screenOf = (session: Session): string => {
  const now = visit(session).state?.value
  return typeof now === 'object' ? `invited/${now.refusal}` : `invited/${now ?? ''}`
}

/** An invitation that is followed by somebody who has an account here. */
export const invitedView = (session: Session): TemplateResult => {
  const now = route.value
  const body = bodyOf(session, now.name === 'invite' ? readInvitation(now.link) : undefined)
  return screen({ id: screenOf(session), body })
}
