import type { Invitation, PersonInvitation } from '@kez-chat/identity'
import { type Signal, signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo, route } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import { t } from '../strings/index.ts'
import { inviteWords } from '../strings/invites.ts'
import { identicon } from '../ui/identicon.ts'
import { notice, spinner } from '../ui/notice.ts'
import { openedAt, serverIn } from './elsewhere.ts'
import { codeIn, readInvitation } from './pending.ts'
import { findInviter, type Inviter, type Refusal } from './person.ts'
import { refusalView } from './refusal.ts'
import { codeOfTrouble, judgeCode, thisServer } from './server.ts'
import { codeTrouble } from './trouble.ts'

type Found = {
  readonly server: string
  /** Undefined where the invitation is a code of the operator's, or by somebody of another server. */
  readonly inviter: Inviter | undefined
  /** Why the server would not let them in. */
  readonly trouble: string | undefined
}

type Looking = 'looking' | { readonly refusal: Refusal } | { readonly found: Found }

const visit = perVisit((): { looking: Signal<Looking> | undefined; elsewhere: Signal<string> } => ({
  looking: undefined,
  elsewhere: signal(''),
}))

const look = async (invitation: Invitation): Promise<Looking> => {
  const client = thisServer()
  try {
    const { server } = await client.health()
    const isForeign = invitation.kind === 'person' && invitation.server !== undefined && invitation.server !== server
    const inviter =
      invitation.kind === 'person' && !isForeign ? await findInviter(client, invitation, server) : undefined
    if (typeof inviter === 'string') return { refusal: inviter }
    return { found: { server, inviter, trouble: await judgeCode(client, codeIn(invitation)) } }
  } catch (error) {
    return { refusal: codeOfTrouble(error) === 'offline' ? 'unreachable' : 'notKez' }
  }
}

const begin = (invitation: Invitation): Signal<Looking> => {
  const state = visit()
  if (state.looking) return state.looking
  const looking = signal<Looking>('looking')
  state.looking = looking
  void look(invitation).then((found) => {
    looking.value = found
  })
  return looking
}

const again = (invitation: Invitation) => async (): Promise<void> => {
  const looking = begin(invitation)
  looking.value = 'looking'
  looking.value = await look(invitation)
}

const elsewhere = (invitation: PersonInvitation, server: string): TemplateResult => {
  const words = inviteWords().landing
  const problem = visit().elsewhere
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!(event.target instanceof HTMLFormElement)) return
    const name = serverIn(String(new FormData(event.target).get('server') ?? ''))
    problem.value = name === undefined ? words.alreadyBad : ''
    if (name !== undefined) window.location.assign(openedAt(name, invitation, server))
  }
  return html`
    <details>
      <summary>${words.already}</summary>
      <form class="stack" novalidate @submit=${submit}>
        <p class="muted small">${words.alreadyText}</p>
        <div class="field">
          <label for="server">${words.alreadyLabel}</label>
          <input class="input" id="server" name="server" maxlength="300" autocomplete="off" autocapitalize="none" spellcheck="false"
            placeholder="example.org" aria-invalid=${problem.value !== ''} aria-describedby="server-problem" />
          <p class="hint bad" id="server-problem" role="alert">${problem.value}</p>
        </div>
        <div><button class="button" type="submit">${words.open}</button></div>
      </form>
    </details>
  `
}

const ways = (mayCreate: boolean): TemplateResult => html`
  <div class="buttons">
    ${mayCreate ? html`<a class="button primary" href=${linkTo({ name: 'create' })}>${t.landing.create}</a>` : nothing}
    <a class="button" href=${linkTo({ name: 'restore' })}>${t.landing.restore}</a>
  </div>
`

const foreign = (invitation: PersonInvitation, other: string, server: string): TemplateResult => html`
  <p class="muted">${inviteWords().landing.foreign(other)}</p>
  <div class="buttons">
    <a class="button primary" href=${openedAt(other, invitation, server)}>${inviteWords().landing.openAt(other)}</a>
  </div>
  ${ways(true)}
`

const welcome = (invitation: Invitation, { server, inviter, trouble }: Found): TemplateResult => {
  const words = inviteWords().landing
  const person = invitation.kind === 'person' ? invitation : undefined
  const full = person ? `${person.handle}@${person.server ?? server}` : ''
  return html`
    <div class="stack">
      ${inviter ? identicon(inviter.primary, 72) : nothing}
      <h1 tabindex="-1">${person ? words.title(full) : words.server(server)}</h1>
      <p class="lead">${words.lead}</p>
      ${trouble !== undefined || (person && !inviter) ? nothing : html`<p class="muted">${person ? words.how(person.handle) : words.howCode}</p>`}
    </div>
    ${trouble === undefined ? nothing : notice('bad', codeTrouble(trouble))}
    ${person && !inviter ? foreign(person, person.server ?? server, server) : ways(true)}
    ${person ? elsewhere(person, server) : nothing}
  `
}

const page = (body: TemplateResult, screen: string): TemplateResult => html`
  <div class="page">
    <main class="column" data-screen=${screen}>
      <div class="hero enter">
        <span class="wordmark" role="img" aria-label="kez">kez</span>
        ${body}
      </div>
    </main>
  </div>
`

/** What somebody sees first who follows an invitation and has no identity on this device. */
export const invitedLandingView = (): TemplateResult => {
  const now = route.value
  const invitation = now.name === 'invite' ? readInvitation(now.link) : undefined
  if (!invitation) return page(html`${refusalView('damaged', '')}${ways(true)}`, 'invited/damaged')
  const looking = begin(invitation).value
  if (looking === 'looking')
    return page(
      html`<p class="muted" role="status">${spinner()} ${inviteWords().landing.looking}</p>`,
      'invited/looking',
    )
  if ('found' in looking) return page(welcome(invitation, looking.found), 'invited')
  const name =
    invitation.kind === 'person'
      ? `${invitation.handle}@${invitation.server ?? window.location.host}`
      : window.location.host
  return page(refusalView(looking.refusal, name, again(invitation)), `invited/${looking.refusal}`)
}
