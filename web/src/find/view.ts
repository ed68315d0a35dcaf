import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { inviteDoor } from '../strings/invite-door.ts'
import { identicon, shortKey } from '../ui/identicon.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { currentSearch, type Found, find, hasOtherKey, type Search, write } from './state.ts'

const failure = (failed: Extract<Search, { state: 'failed' }>): string =>
  failed.reason === 'invalid' ? t.find.invalid : t.find[failed.reason](failed.what)

const personCard = (session: Session, person: Found): TemplateResult => html`
  <section class="card stack enter" aria-live="polite">
    <div class="person">
      ${identicon(person.primary, 56)}
      <div>
        <strong>${person.full}</strong>
        <span class="muted small">${t.find.key} <code>${shortKey(person.primary)}</code></span>
      </div>
    </div>
    ${person.primary === session.key.primary ? html`<p class="muted">${t.find.yourself}</p>` : nothing}
    ${hasOtherKey(session, person) ? notice('bad', t.find.otherKey) : nothing}
    <div><button class="button primary" type="button" @click=${() => write(session, person)}>${t.find.write}</button></div>
  </section>
`

export const findView = (session: Session): TemplateResult => {
  const now = currentSearch(session).value
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (event.target instanceof HTMLFormElement) void find(session, String(new FormData(event.target).get('who') ?? ''))
  }
  return screen({
    id: 'find',
    back: { href: linkTo({ name: 'chats' }) },
    body: html`
      <h1 tabindex="-1">${t.find.title}</h1>
      <form class="stack" @submit=${submit}>
        <div class="field">
          <label for="who">${t.find.label}</label>
          <input class="input" id="who" name="who" required maxlength="600" autocomplete="off" autocapitalize="none"
            spellcheck="false" placeholder=${t.find.placeholder(session.account.value?.server ?? '')}
            aria-invalid=${now.state === 'failed'} aria-describedby="who-hint who-problem" data-focus />
          <p class="hint" id="who-hint">${t.find.text}</p>
          <p class="hint bad" id="who-problem" role="alert">${now.state === 'failed' ? failure(now) : ''}</p>
        </div>
        <div class="buttons">
          <button class="button ${now.state === 'found' ? '' : 'primary'}" type="submit" aria-disabled=${now.state === 'searching'}>
            ${now.state === 'searching' ? html`${spinner()}${t.find.finding}` : t.find.find}
          </button>
          <a class="button" href=${linkTo({ name: 'invitations' })}>${inviteDoor()}</a>
        </div>
      </form>
      ${now.state === 'found' ? personCard(session, now.person) : nothing}
    `,
  })
}
