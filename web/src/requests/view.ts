import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { t } from '../strings/index.ts'
import { reportPanel } from './report.ts'
import { accept, block, reporting } from './state.ts'

const openReport =
  ({ tag }: Conversation) =>
  (): void => {
    reporting.value = tag
  }

const reportButton = (conversation: Conversation): TemplateResult =>
  html`<button class="button plain" type="button" @click=${openReport(conversation)}>${t.list.request.report}</button>`

/** What is known of a stranger: what they say, and whether their server says so too. */
const whoIsIt = (conversation: Conversation, confirm: () => Promise<void>): TemplateResult => {
  const { handle, claimed, primary } = conversation
  const said = handle
    ? t.list.request.confirmed(handle)
    : claimed
      ? t.list.request.claimed(claimed)
      : t.list.request.nameless
  return html`
    <p>${said}</p>
    <details>
      <summary>${t.list.request.key}</summary>
      <p class="key-line">${primary}</p>
    </details>
    ${
      handle || !claimed
        ? nothing
        : html`<div><button class="button" type="button" @click=${confirm}>${t.list.request.confirm}</button></div>`
    }
  `
}

const request = (session: Session, conversation: Conversation, confirm: () => Promise<void>): TemplateResult => html`
  <section class="decision stack tight" aria-labelledby="request-title">
    <h2 id="request-title">${t.list.request.title}</h2>
    ${whoIsIt(conversation, confirm)}
    <p class="muted small">${t.list.request.fate}</p>
    <div class="buttons">
      <button class="button primary" type="button" @click=${() => accept(session, conversation)}>${t.list.request.accept}</button>
      <button class="button" type="button" @click=${() => block(session, conversation)}>${t.list.request.block}</button>
      ${reportButton(conversation)}
    </div>
  </section>
`

const blocked = (session: Session, conversation: Conversation): TemplateResult => html`
  <section class="decision stack tight" aria-labelledby="blocked-title">
    <h2 id="blocked-title">${t.list.blocked.title}</h2>
    <p class="muted small">${t.list.blocked.text}</p>
    <div class="buttons">
      <button class="button" type="button" @click=${() => accept(session, conversation)}>${t.list.blocked.unblock}</button>
      ${reportButton(conversation)}
    </div>
  </section>
`

/** In place of the composer, as long as a person is no contact; undefined when they are. */
export const decision = (
  session: Session,
  conversation: Conversation,
  confirm: () => Promise<void>,
): TemplateResult | undefined => {
  const { standing, tag } = conversation
  if (standing !== 'request' && standing !== 'blocked') return undefined
  if (reporting.value === tag) return reportPanel(session, conversation)
  return standing === 'request' ? request(session, conversation, confirm) : blocked(session, conversation)
}
