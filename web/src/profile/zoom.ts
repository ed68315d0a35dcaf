import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { profileWords } from '../strings/profile.ts'
import { sheetDialog } from '../ui/dialog.ts'
import { composeIcon } from '../ui/icons.ts'
import { nameOf } from '../ui/peer-name.ts'
import { avatar, ownAvatar } from './avatar.ts'
import type { Seen } from './faces.ts'

/** Whose picture is looked at: a conversation's tag, or `own`. */
const zoomed = signal<string | undefined>(undefined)

const close = (): void => {
  zoomed.value = undefined
}

const open = (whose: string) => (): void => {
  zoomed.value = whose
}

/** Whether there is a picture of somebody that can be looked at. */
export const canZoom = (session: Session, { tag, standing }: Conversation): boolean => {
  const seen = standing === 'blocked' ? undefined : session.faces.of(tag)
  return seen !== undefined && 'url' in seen
}

/** Somebody's picture, to be touched for a larger one. */
export const zoomableAvatar = (session: Session, conversation: Conversation, size: number): TemplateResult => {
  const { tag } = conversation
  if (!canZoom(session, conversation)) return avatar(session, conversation, size)
  const name = nameOf(conversation, session.account.value?.server)
  return html`
    <button class="face-button" type="button" aria-label=${profileWords().zoom(name)} @click=${open(tag)}>
      ${avatar(session, conversation, size)}
    </button>
  `
}

/** The own picture, to be touched for a larger one, or to choose one. */
export const zoomableOwn = (session: Session, size: number): TemplateResult => {
  const own = ownAvatar(session, session.key.primary, size)
  const seen = session.picture.seen.value
  if (!seen) return own
  if (seen.face === undefined)
    return html`<a class="face-button" href=${linkTo({ name: 'picture' })} aria-label=${profileWords().choose}>${own}<span class="face-add">${composeIcon()}</span></a>`
  return html`<button class="face-button" type="button" aria-label=${profileWords().zoomOwn} @click=${open('own')}>${own}</button>`
}

const large = (url: string, alt: string, isNoise = false): TemplateResult =>
  html`<img class="face-large" ?data-noise=${isNoise} src=${url} alt=${alt} width="256" height="256" />`

const wordFor = ({ kind }: Seen): string => {
  const words = profileWords()
  if (kind === 'noise') return words.asStranger
  return kind === 'face' ? words.asContact : words.asEverybody
}

const peerSheet = (session: Session, tag: string): TemplateResult | typeof nothing => {
  const conversation = session.chats.summaries.value.get(tag)?.conversation
  const seen = session.faces.of(tag)
  if (!conversation || !seen || !('url' in seen)) return nothing
  return sheetDialog({
    title: nameOf(conversation, session.account.value?.server),
    body: html`${large(seen.url, '', seen.kind === 'noise')}<p class="muted">${wordFor(seen)}</p>`,
    closed: close,
  })
}

/** The own picture beside what strangers get of it. */
export const bothViews = (face: string, noise: string | undefined): TemplateResult => {
  const words = profileWords()
  return html`
    <div class="both-views">
      <figure>${large(face, '')}<figcaption class="small muted">${noise === undefined ? words.everybodySees : words.contactsSee}</figcaption></figure>
      ${noise === undefined ? nothing : html`<figure>${large(noise, '', true)}<figcaption class="small muted">${words.strangersSee}</figcaption></figure>`}
    </div>
  `
}

const ownSheet = (session: Session): TemplateResult | typeof nothing => {
  const { face, noise } = session.picture.seen.value ?? {}
  if (face === undefined) return nothing
  return sheetDialog({ title: profileWords().title, body: bothViews(face, noise), closed: close })
}

/** The larger picture, while one is looked at. */
export const faceSheet = (session: Session): TemplateResult | typeof nothing => {
  const whose = zoomed.value
  if (whose === undefined) return nothing
  return whose === 'own' ? ownSheet(session) : peerSheet(session, whose)
}
