import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { t } from '../strings/index.ts'
import { spinner } from '../ui/notice.ts'
import { centerPage } from '../ui/screen.ts'
import { blockedView } from './blocked.ts'

type View<A extends unknown[]> = (...args: A) => TemplateResult

/** `ahead` asks for the code before the view is shown. */
type LazyView<A extends unknown[]> = View<A> & { readonly ahead: () => void }

/** A view whose code comes when it is first shown. */
export const lazyView = <A extends unknown[]>(load: () => Promise<View<A>>): LazyView<A> => {
  const loaded = signal<{ view?: View<A>; failed?: boolean }>({})
  let asked = false
  const ask = (): void => {
    if (asked) return
    asked = true
    load().then(
      (view) => {
        loaded.value = { view }
      },
      () => {
        asked = false
        loaded.value = { failed: true }
      },
    )
  }
  const show = (...args: A): TemplateResult => {
    const { view, failed } = loaded.value
    if (view) return view(...args)
    if (failed) return blockedView('not_loaded')
    ask()
    return loading()
  }
  return Object.assign(show, { ahead: ask })
}

/** A part of a view whose code comes when it is first shown; until then, and where it does not load, there is nothing. */
export const lazyPart = <A extends unknown[]>(
  load: () => Promise<View<A>>,
): ((...args: A) => TemplateResult | typeof nothing) => {
  const loaded = signal<View<A> | undefined>(undefined)
  let asked = false
  const ask = async (): Promise<void> => {
    asked = true
    try {
      const view = await load()
      loaded.value = view
    } catch {
      asked = false
    }
  }
  return (...args) => {
    if (loaded.value) return loaded.value(...args)
    if (!asked) void ask()
    return nothing
  }
}

export const loading = (): TemplateResult =>
  centerPage('loading', html`${spinner()}<p class="muted" role="status">${t.loading}</p>`)
