import type { RelayState } from '@kez-chat/nostr-client'
import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { linkTo } from '../app/route.ts'
import { hostOf } from '../delivery/ways.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { isBarred } from './barred.ts'
import { type Standing, standing } from './standing.ts'
import { relayWords, shortStanding } from './words.ts'

const open = signal(false)

const toneOf = ({ phase }: RelayState): string =>
  phase === 'live' ? 'good' : phase === 'backing_off' || phase === 'auth_refused' ? 'bad' : 'open'

const homeTones = { live: 'good', connecting: 'open', offline: 'bad' } as const

const way = (name: string, tone: string, text: string): TemplateResult =>
  html`<li data-tone=${tone}><strong>${name}</strong><span>${text}</span></li>`

const ways = (session: Session): TemplateResult => {
  const { state } = session.connection.value
  const own = session.relays.value.filter((relay) => relay.own)
  return html`
    <ul class="ways">
      ${way(t.relays.home(session.account.value?.server ?? ''), homeTones[state], t.relays.homeStates[state])}
      ${own.map((relay) => way(hostOf(relay.url), toneOf(relay), relayWords(relay, isBarred(relay))))}
    </ul>
  `
}

const focusPanel = (panel: Element | undefined): void => {
  queueMicrotask(() => {
    if (panel instanceof HTMLElement && !panel.contains(document.activeElement)) panel.focus()
  })
}

const panel = (session: Session, now: Standing): TemplateResult => html`
  <div class="connections" id="connections" role="dialog" aria-labelledby="connections-title" tabindex="-1" ${ref(focusPanel)}>
    <h2 id="connections-title">${t.relays.title}</h2>
    <p class="small">${t.relays.sentences[now.kind]}</p>
    ${ways(session)}
    <div class="buttons">
      <button class="button" type="button" @click=${() => session.retryNow()}>${t.relays.retryNow}</button>
      <a class="button plain" href=${linkTo({ name: 'relays' })}>${t.relays.page.title}</a>
    </div>
  </div>
`

const close = (root: Element): void => {
  open.value = false
  root.querySelector<HTMLElement>('button')?.focus()
}

const onKey = (event: KeyboardEvent): void => {
  if (event.key !== 'Escape' || !open.value || !(event.currentTarget instanceof Element)) return
  event.preventDefault()
  close(event.currentTarget)
}

const onLeave = ({ relatedTarget, currentTarget }: FocusEvent): void => {
  // A touch on something that takes no focus, inside the panel, is no leaving.
  if (relatedTarget === null || !(currentTarget instanceof Node)) return
  if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) open.value = false
}

/** In the list's head: what is connected, and behind it each way by itself. */
export const connections = (session: Session): TemplateResult => {
  const now = standing(session.connection.value, session.relays.value)
  const short = shortStanding(now)
  const toggle = (): void => {
    open.value = !open.value
  }
  return html`
    <div class="live" @keydown=${onKey} @focusout=${onLeave}>
      <button class="connection" type="button" data-state=${session.connection.value.state} data-kind=${now.kind}
        aria-haspopup="dialog" aria-expanded=${open.value} aria-label=${t.relays.label(short)} @click=${toggle}>
        ${short}
      </button>
      <span class="visually-hidden" role="status">${t.relays.sentences[now.kind]}</span>
      ${open.value ? panel(session, now) : nothing}
    </div>
  `
}
