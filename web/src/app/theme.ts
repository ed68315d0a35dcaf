import { type ReadonlySignal, signal } from '@preact/signals-core'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const storageName = 'kez-theme'
const chosen = signal<Theme>('system')

export const theme: ReadonlySignal<Theme> = chosen

/** What the browser and the system draw around the app, as index.html has it for the system's own theme. */
const surround = (next: Theme): void => {
  const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')]
  for (const meta of metas) meta.dataset.own ??= meta.content
  const fixed = metas.find(({ media }) => next !== 'system' && media.includes(next))?.dataset.own
  for (const meta of metas) meta.content = fixed ?? meta.dataset.own ?? ''
}

const apply = (next: Theme): void => {
  chosen.value = next
  surround(next)
  if (next === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = next
}

const parse = (text: string | null): Theme => themes.find((known) => known === text) ?? 'system'

/** Kept outside of the locked storage: the lock screen has colours too. */
export const restoreTheme = (): void => {
  apply(parse(localStorage.getItem(storageName)))
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === storageName) apply(parse(newValue))
  })
}

export const chooseTheme = (next: Theme): void => {
  localStorage.setItem(storageName, next)
  apply(next)
}
