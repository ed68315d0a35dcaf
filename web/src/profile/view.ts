import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { profileWords } from '../strings/profile.ts'
import { identicon } from '../ui/identicon.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { type Choosing, cancel, choosing, pick, remove, save, setVisual } from './choose.ts'
import { cropStage } from './crop-stage.ts'
import type { OwnSeen } from './own.ts'
import { bothViews } from './zoom.ts'

const chosen =
  (session: Session) =>
  ({ target }: Event): void => {
    if (!(target instanceof HTMLInputElement)) return
    const [file] = target.files ?? []
    // So that the same file can be chosen again.
    target.value = ''
    if (file) void pick(session, file)
  }

const openFiles = ({ currentTarget }: Event): void => {
  const input = currentTarget instanceof Element ? currentTarget.nextElementSibling : undefined
  if (input instanceof HTMLInputElement) input.click()
}

const picker = (session: Session, label: string): TemplateResult => html`
  <button class="button primary" type="button" @click=${openFiles}>${label}</button>
  <input hidden type="file" accept="image/jpeg,image/png,image/webp,image/gif" @change=${chosen(session)} />
`

const standing = ({ own: { by, problem } }: OwnSeen): TemplateResult => {
  const words = profileWords()
  if (problem) return notice('bad', words.noRoom)
  return html`<p class="muted small" role="status">${by.length === 0 ? words.waiting : words.published(by.length)}</p>`
}

const present = (session: Session, seen: OwnSeen, face: string): TemplateResult => {
  const words = profileWords()
  const visual = seen.own.picture?.visual === true
  const toggle = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) void setVisual(session, target.checked)
  }
  return html`
    <section class="card stack">
      ${bothViews(face, seen.noise)} ${standing(seen)}
      <div class="buttons">
        ${picker(session, words.another)}
        <button class="button" type="button" @click=${() => remove(session)}>${words.remove}</button>
      </div>
    </section>
    <section class="setting">
      <label class="switch">
        <input type="checkbox" role="switch" .checked=${visual} @change=${toggle} aria-describedby="scramble-text" />
        <span>${words.scramble}</span>
      </label>
      <p class="muted" id="scramble-text">${visual ? words.scrambleText : words.openText}</p>
      ${visual ? html`<p class="muted">${words.fresh}</p>` : nothing}
    </section>
  `
}

const absent = (session: Session): TemplateResult => {
  const words = profileWords()
  return html`
    <section class="card stack">
      <div class="person">${identicon(session.key.primary, 64)}<p class="muted">${words.none}</p></div>
      <div class="buttons">${picker(session, words.choose)}</div>
    </section>
    <p class="muted">${words.scrambleText}</p>
  `
}

const look = (session: Session, now: Extract<Choosing, { step: 'look' }>): TemplateResult => {
  const words = profileWords()
  const seen = session.picture.seen.value
  return html`
    <div class="stack tight">
      <h1 tabindex="-1">${words.title}</h1>
      <p class="muted">${words.text}</p>
    </div>
    <div role="alert">${now.problem ? notice('warn', words.problems[now.problem]) : nothing}</div>
    ${seen?.face === undefined ? absent(session) : present(session, seen, seen.face)}
  `
}

const cropping = (session: Session, { bitmap, crop, saving }: Extract<Choosing, { step: 'crop' }>): TemplateResult => {
  const words = profileWords().crop
  return html`
    <h1 tabindex="-1">${words.title}</h1>
    <div class="stack">${cropStage(session, bitmap, crop)}</div>
    <div class="buttons">
      <button class="button primary" type="button" aria-disabled=${saving} @click=${() => save(session)}>
        ${saving ? html`${spinner()}${words.saving}` : words.save}
      </button>
      <button class="button" type="button" @click=${() => cancel(session)}>${t.cancel}</button>
    </div>
  `
}

/** The own picture: choosing it, and who sees what of it. */
export const pictureView = (session: Session): TemplateResult => {
  const now = choosing(session).value
  return screen({
    id: `picture/${now.step}`,
    back: { href: linkTo({ name: 'me' }) },
    body: now.step === 'crop' ? cropping(session, now) : look(session, now),
  })
}
