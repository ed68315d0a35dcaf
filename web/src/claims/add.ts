import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { claimTag } from '../storage/claims.ts'
import { claimWords } from '../strings/claims.ts'
import { t } from '../strings/index.ts'
import { screen, steps } from '../ui/screen.ts'
import { type ChannelName, channels, partsOf, subjectOf } from './channels.ts'
import { ownStandings, sign } from './state.ts'

type Problem = { readonly kind: 'bad' } | { readonly kind: 'exists'; readonly subject: string }

const chosen = signal<ChannelName>('dns')
const problem = signal<Problem | undefined>(undefined)

const choose = (name: ChannelName): void => {
  chosen.value = name
  problem.value = undefined
}

const exists = (session: Session, subject: string): boolean =>
  ownStandings(session)?.some((standing) => standing.subject === subject && standing.state !== 'revoked') ?? false

const submit = async (session: Session, typed: string): Promise<void> => {
  const subject = subjectOf(chosen.value, typed)
  if (subject === undefined) problem.value = { kind: 'bad' }
  else if (exists(session, subject)) problem.value = { kind: 'exists', subject }
  else {
    problem.value = undefined
    await sign(session, subject)
  }
}

const channelChoice = (name: ChannelName): TemplateResult => html`
  <label class="channel">
    <input type="radio" name="channel" .checked=${chosen.value === name} @change=${() => choose(name)} />
    <span>
      <strong>${t.people.channels[name]}</strong>
      <span class="muted small">${claimWords().new.channels[name].text}</span>
    </span>
  </label>
`

const problemText = (session: Session, now: Problem | undefined): TemplateResult | string => {
  if (!now) return ''
  if (now.kind === 'bad') return claimWords().new.channels[chosen.value].bad
  const tag = claimTag(session.store.rest, now.subject)
  return html`${claimWords().new.exists(partsOf(now.subject).value)} <a href=${linkTo({ name: 'claim', tag })} class="text">${claimWords().new.open}</a>`
}

/** The first step to a claim: what it is about. */
export const addClaimView = (session: Session): TemplateResult => {
  const words = claimWords().new.channels[chosen.value]
  const now = problem.value
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (event.target instanceof HTMLFormElement)
      void submit(session, String(new FormData(event.target).get('subject') ?? ''))
  }
  // Read here, so that a claim that exists already is known when the form is sent.
  ownStandings(session)
  return screen({
    id: 'add-claim',
    back: { href: linkTo({ name: 'claims' }) },
    body: html`
      ${steps(1, 3)}
      <div class="stack tight">
        <h1 tabindex="-1">${claimWords().new.title}</h1>
        <p class="muted">${claimWords().text}</p>
      </div>
      <form class="stack loose" novalidate @submit=${onSubmit}>
        <fieldset class="channels">
          <legend>${claimWords().new.where}</legend>
          ${channels.map(channelChoice)}
        </fieldset>
        <div class="field">
          <label for="subject">${words.label}</label>
          <input class="input" id="subject" name="subject" maxlength="600" autocomplete="off" autocapitalize="none"
            spellcheck="false" placeholder=${words.placeholder} aria-invalid=${now !== undefined}
            aria-describedby=${now ? 'subject-problem' : nothing} />
          <p class="hint bad" id="subject-problem" role="alert">${problemText(session, now)}</p>
        </div>
        <div><button class="button primary" type="submit">${claimWords().new.sign}</button></div>
      </form>
    `,
  })
}
