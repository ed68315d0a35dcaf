import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { locale, t } from '../strings/index.ts'

type State = { readonly kept: boolean; readonly used: number | undefined; readonly refused: boolean }

const state = signal<State | undefined>(undefined)
let reading = false

const read = async (refused = false): Promise<void> => {
  reading = true
  const [kept, estimate] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()])
  state.value = { kept, used: estimate.usage, refused: refused && !kept }
}

const ask = async (): Promise<void> => {
  await navigator.storage.persist()
  await read(true)
}

const size = (bytes: number): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(bytes / 1_000_000)

/** Whether the browser will keep what is stored here, in plain words. */
export const storageSetting = (): TemplateResult | typeof nothing => {
  if (!('storage' in navigator)) return nothing
  if (!reading) void read().catch(() => undefined)
  const now = state.value
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
