import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { verifiedIcon } from '../ui/icons.ts'
import { isVerified } from './marks.ts'
import { personOf } from './state.ts'

const mark = (): TemplateResult =>
  html`<span class="badge" title=${t.people.verified}>${verifiedIcon()}<span class="visually-hidden">${t.people.verified}</span></span>`

/** The sign beside the name of a person who has proven in two independent ways who they are. */
export const badge = (session: Session, tag: string): TemplateResult | typeof nothing =>
  isVerified(personOf(session, tag), session.now()) ? mark() : nothing
