import type { RelayState } from '@kez-chat/nostr-client'
import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { hostOf } from '../delivery/ways.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { notice, spinner } from '../ui/notice.ts'
import { screen } from '../ui/screen.ts'
import { isBarred } from './barred.ts'
import { addRelay, chooseConfirmations, pageState, removeRelay, resetRelays, testRelay } from './state.ts'
import { relayWords } from './words.ts'

const testResult = (session: Session, url: string): TemplateResult | typeof nothing => {
  const { tests } = pageState(session)
  if (!tests.value.has(url)) return nothing
  const outcome = tests.value.get(url)
  return outcome
    ? html`<p class="small ${outcome.ok ? 'good-text' : 'bad-text'}">${outcome.words}</p>`
    : html`<p class="small muted">${spinner()} ${t.relays.page.testing}</p>`
}

const relay = (session: Session, url: string, state: RelayState | undefined): TemplateResult => {
  const host = hostOf(url)
  return html`
    <li class="relay">
      <div class="grow">
        <strong class="mono">${host}</strong>
        <p class="muted small">${state ? relayWords(state, isBarred(state)) : t.relays.phases.idle}</p>
        <div role="status">${testResult(session, url)}</div>
      </div>
      <div class="buttons">
        <button class="button" type="button" aria-label=${t.relays.page.testOf(host)}
          @click=${() => testRelay(session, url)}>${t.relays.page.test}</button>
        <button class="button" type="button" aria-label=${t.relays.page.removeOf(host)}
          @click=${() => removeRelay(session, url)}>${t.relays.page.remove}</button>
      </div>
    </li>
  `
}

const list = (session: Session): TemplateResult => {
  const { relays, ownList } = session.choices.value
  const states = new Map(session.relays.value.map((state) => [state.url, state]))
  return html`
    <section class="setting">
      <h2>${t.relays.page.list}</h2>
      ${relays.length === 0 ? notice('warn', t.relays.page.none) : nothing}
      <ul class="stack">${relays.map((url) => relay(session, url, states.get(url)))}</ul>
      <p class="visually-hidden" role="status">${pageState(session).done.value}</p>
      ${
        ownList
          ? html`<div><button class="button plain" type="button" @click=${() => resetRelays(session)}>${t.relays.page.reset}</button></div>`
          : nothing
      }
    </section>
  `
}

const adding = (session: Session): TemplateResult => {
  const { problem } = pageState(session)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const form = event.target
    if (!(form instanceof HTMLFormElement)) return
    if (await addRelay(session, String(new FormData(form).get('address') ?? ''))) form.reset()
  }
  return html`
    <section class="setting">
      <h2>${t.relays.page.add}</h2>
      <form class="stack" novalidate @submit=${submit}>
        <div class="field">
          <label for="relay-address">${t.relays.page.address}</label>
          <input class="input" id="relay-address" name="address" type="text" inputmode="url" autocomplete="off" autocapitalize="none"
            spellcheck="false" aria-invalid=${problem.value !== ''} aria-describedby="relay-hint relay-problem" />
          <p class="hint" id="relay-hint">${t.relays.page.hint}</p>
          <p class="hint bad" id="relay-problem" role="alert">${problem.value}</p>
        </div>
        <div><button class="button" type="submit">${t.relays.page.addDo}</button></div>
      </form>
    </section>
  `
}

const confirmations = (session: Session): TemplateResult => {
  const on = session.choices.value.confirmations
  const change = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) void chooseConfirmations(session, target.checked)
  }
  return html`
    <section class="setting">
      <h2>${t.relays.page.confirmations}</h2>
      <label class="switch">
        <input type="checkbox" role="switch" .checked=${on} aria-describedby="confirmations-text" @change=${change} />
        <span>${t.relays.page.confirmationsLabel}</span>
      </label>
      <p class="muted" id="confirmations-text">${on ? t.relays.page.confirmationsText : t.relays.page.confirmationsOff}</p>
    </section>
  `
}

/** Which relays are used besides the home server, and what is confirmed. */
export const relaysView = (session: Session): TemplateResult =>
  screen({
    id: 'relays',
    back: { href: linkTo({ name: 'settings' }) },
    body: html`
      <h1 tabindex="-1">${t.relays.page.title}</h1>
      <p class="muted">${t.relays.page.text}</p>
      ${pageState(session).notKept.value ? notice('bad', t.relays.page.notSaved) : nothing} ${list(session)} ${adding(session)} ${confirmations(session)}
    `,
  })
