import { html, type TemplateResult } from 'lit-html'
import { inviteWords } from '../strings/invites.ts'
import type { Thread } from '../thread/state.ts'

/** Over an empty conversation with whoever invited: a first message, ready to be sent. */
export const greetingView = (thread: Thread, inviter: string, own: string): TemplateResult => {
  const words = inviteWords().greeting
  const hello = words.hello(inviter, own)
  return html`
    <section class="greeting stack tight" aria-labelledby="greeting-title">
      <h2 id="greeting-title">${words.title(inviter)}</h2>
      <p class="muted small">${words.text}</p>
      <div><button class="button primary" type="button" @click=${() => thread.send(hello)}>${hello}</button></div>
    </section>
  `
}
