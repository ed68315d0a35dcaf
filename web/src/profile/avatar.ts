import type { PrimaryId } from '@kez-chat/identity'
import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { identicon } from '../ui/identicon.ts'

type Peer = Pick<Conversation, 'tag' | 'primary' | 'standing'>

const blank = (size: number): TemplateResult =>
  html`<svg class="identicon" width=${size} height=${size} aria-hidden="true"></svg>`

/**
 * Somebody's picture, or that of their key where there is none. Decoration beside a name: anybody can choose any picture.
 * A stranger's is blurred, so that nobody has to see what is sent to them unasked.
 */
export const avatar = (session: Session, { tag, primary, standing }: Peer, size = 44): TemplateResult => {
  if (standing === 'blocked') return identicon(primary, size)
  const seen = session.faces.of(tag)
  if (!seen) return blank(size)
  if (!('url' in seen)) return identicon(primary, size)
  const veiled = standing === 'request' && seen.kind !== 'noise'
  return html`<span class="face" data-kind=${seen.kind} ?data-veiled=${veiled}><img src=${seen.url} alt="" width=${size} height=${size} draggable="false" /></span>`
}

/** The own picture, and as a small one in its corner what strangers see of it. */
export const ownAvatar = (session: Session, primary: PrimaryId, size = 44): TemplateResult => {
  const seen = session.picture.seen.value
  if (!seen) return blank(size)
  const { face, noise } = seen
  if (face === undefined) return identicon(primary, size)
  const small = Math.round(size * 0.4)
  return html`<span class="face" data-kind="own"><img src=${face} alt="" width=${size} height=${size} draggable="false" />${
    noise === undefined
      ? nothing
      : html`<img class="face-badge" src=${noise} alt="" width=${small} height=${small} draggable="false" />`
  }</span>`
}
