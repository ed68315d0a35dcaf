import { type Signal, signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { perVisit } from '../app/visit.ts'
import { locale, t } from '../strings/index.ts'

type State = { readonly kept: boolean; readonly used: number | undefined; readonly refused: boolean }

const read = async (state: Signal<State | undefined>, refused = false): Promise<void> => {
  const [kept, estimate] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()])
  state.value = { kept, used: estimate.usage, refused: refused && !kept }
}

const stateOf = perVisit(() => {
  const state = signal<State | undefined>(undefined)
  void read(state).catch(() => undefined)
  return state
})

const ask = async (): Promise<void> => {
  const state = stateOf()
  await navigator.storage.persist()
  await read(state, true)
}

const size = (bytes: number): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(bytes / 1_000_000)

/** Whether the browser will keep what is stored here, in plain words. */
export const storageSetting = (): TemplateResult | typeof nothing => {
  if (!('storage' in navigator)) return nothing
  const now = stateOf().value
  if (!now) return nothing
  return html`
    <section class="setting">
      <h2>${t.keys.storage.title}</h2>
      <p class="muted">
        ${now.kept ? t.keys.storage.kept : t.keys.storage.mayGo}
        ${now.used === undefined ? nothing : t.keys.storage.used(size(now.used))}
      </p>
      <p class="muted" role="status">${now.refused ? t.keys.storage.refused : ''}</p>
      ${
        now.kept
          ? nothing
          : html`<div><button class="button" type="button" @click=${ask}>${t.keys.storage.ask}</button></div>`
      }
    </section>
  `
}
