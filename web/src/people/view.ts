import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo, type Route, route } from '../app/route.ts'
import { faceSheet, zoomableAvatar } from '../profile/zoom.ts'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { t } from '../strings/index.ts'
import { inviteWords } from '../strings/invites.ts'
import { profileWords } from '../strings/profile.ts'
import { copyButton } from '../ui/copy.ts'
import { notice, spinner } from '../ui/notice.ts'
import { nameOf } from '../ui/peer-name.ts'
import { screen } from '../ui/screen.ts'
import { ago } from '../ui/time.ts'
import { alarm } from './alarm.ts'
import { badge } from './badge.ts'
import { marksOf } from './marks.ts'
import { marksList } from './marks-list.ts'
import { safetyNumber } from './safety-number.ts'
import { badgeStanding } from './standing.ts'
import { type Asking, peopleOf, personOf } from './state.ts'
import { whoIs } from './who.ts'

const head = (session: Session, conversation: Conversation, name: string): TemplateResult => {
  const { tag, primary, handle, invited } = conversation
  return html`
  <section class="card stack">
    <div class="person">
      ${zoomableAvatar(session, conversation, 64)}
      <div>
        <div class="name-line person-name"><h1 tabindex="-1">${name}</h1>${badge(session, tag)}</div>
        <p class="muted small">${handle ?? t.people.person.noHandle}</p>
      </div>
    </div>
    ${session.faces.of(tag)?.kind === 'elsewhere' ? html`<p class="muted small">${profileWords().elsewhere}</p>` : nothing}
    <div>
      <h2 class="label">${t.people.person.key}</h2>
      <p class="key-line">${primary}</p>
    </div>
    ${invited ? html`<p class="muted small">${inviteWords().invited}</p>` : nothing}
    <div class="buttons">
      <a class="button primary" href=${linkTo({ name: 'chat', tag })}>${t.people.person.write}</a>
      ${copyButton('peer-key', primary, t.people.me.copyKey)}
    </div>
  </section>
`
}

const safety = (session: Session, { primary }: Conversation): TemplateResult => html`
  <section class="setting">
    <h2>${t.people.person.safety}</h2>
    <p class="safety-number">${safetyNumber(session.key.primary, primary).map((group) => html`<span>${group}</span> `)}</p>
    <p class="muted small">${t.people.person.safetyText}</p>
  </section>
`

const progress = ({ doing, trouble }: Asking, asked: number | undefined, now: number): TemplateResult => {
  const { person } = t.people
  if (doing) return html`${spinner()}${doing === 'asking' ? person.asking : person.checking}`
  if (trouble) return html`${person.troubles[trouble]}`
  return asked === undefined ? html`${person.notAsked}` : html`${person.asked(ago(asked, now))}`
}

const claimsOf = (session: Session, conversation: Conversation): TemplateResult => {
  const { tag } = conversation
  const people = peopleOf(session)
  const person = personOf(session, tag)
  const marks = marksOf(person, session.now())
  const asking = people.asking.value.get(tag) ?? {}
  const who = whoIs(conversation)
  const canCheck = who !== undefined && marks.some(({ state }) => state !== 'revoked')
  return html`
    <section class="setting">
      <h2>${t.people.person.claims}</h2>
      ${marks.length > 0 ? html`<p class="muted">${t.people.badge[badgeStanding(person, session.now())]}</p>` : nothing}
      ${marks.length > 0 ? marksList(marks, session.now()) : nothing}
      ${marks.length === 0 && person.read_at !== undefined ? html`<p class="muted">${t.people.person.none}</p>` : nothing}
      ${who ? html`<p class="muted small working" role="status">${progress(asking, person.read_at, session.now())}</p>` : nothing}
      ${
        canCheck
          ? html`
              <div>
                <button class="button" type="button" aria-disabled=${asking.doing === 'checking'} @click=${() => people.check(who)}>
                  ${t.people.person.check}
                </button>
              </div>
              <p class="muted small">${t.people.person.checkText}</p>
            `
          : nothing
      }
    </section>
  `
}

const known = (session: Session, tag: string): Conversation | undefined =>
  session.chats.summaries.value.get(tag)?.conversation

const tagOf = (now: Route): string => (now.name === 'person' ? now.tag : '')

/** Somebody else: which key they have, what they say they are, and what is known of it. */
export const personView = (session: Session): TemplateResult => {
  const tag = tagOf(route.value)
  const conversation = known(session, tag)
  if (!conversation)
    return screen({
      id: 'person',
      back: { href: linkTo({ name: 'chats' }) },
      body: html`<h1 tabindex="-1">${t.people.person.title}</h1>${notice('warn', t.people.person.unknown)}`,
    })
  const name = nameOf(conversation, session.account.value?.server)
  return screen({
    id: `person/${tag}`,
    back: { href: linkTo({ name: 'chat', tag }) },
    body: html`
      ${head(session, conversation, name)} ${alarm(personOf(session, tag))} ${claimsOf(session, conversation)}
      ${safety(session, conversation)} ${faceSheet(session)}
    `,
  })
}
