import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { type MenuItem, nextItem } from './menu.ts'

/** A place in the window, in px. */
export type Spot = { readonly x: number; readonly y: number }

type MenuDialog = {
  readonly label: string
  /** Pictures to choose from, before the others. */
  readonly row?: readonly MenuItem[]
  readonly items: readonly MenuItem[]
  /** Where it was asked for: it opens there, or, on a phone, from below. */
  readonly at: Spot
  readonly closed: () => void
}

const edge = 8

const show =
  ({ x, y }: Spot) =>
  (element: Element | undefined): void => {
    // A modal dialog must stand in the page before it is shown.
    queueMicrotask(() => {
      if (!(element instanceof HTMLDialogElement) || !element.isConnected || element.open) return
      element.showModal()
      const { width, height } = element.getBoundingClientRect()
      element.style.setProperty('--x', `${Math.max(edge, Math.min(x, window.innerWidth - width - edge))}px`)
      element.style.setProperty('--y', `${Math.max(edge, Math.min(y, window.innerHeight - height - edge))}px`)
      element.querySelector<HTMLElement>('[role="menuitem"]')?.focus()
    })
  }

const onKey = (event: KeyboardEvent): void => {
  if (!(event.currentTarget instanceof HTMLDialogElement)) return
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  // A row is walked in its own direction too.
  const alike: Record<string, string> = { ArrowRight: 'ArrowDown', ArrowLeft: 'ArrowUp' }
  const next = nextItem(
    alike[event.key] ?? event.key,
    items.findIndex((item) => item.matches(':focus')),
    items.length,
  )
  if (event.key === 'Tab') event.currentTarget.close()
  if (next === undefined) return
  event.preventDefault()
  items[next]?.focus()
}

// The menu fills the dialog, so that only the backdrop is hit itself.
const onBackdrop = ({ target }: Event): void => {
  if (target instanceof HTMLDialogElement) target.close()
}

/** A menu over the page. The focus goes back to where it came from. */
export const menuDialog = ({ label, row = [], items, at, closed }: MenuDialog): TemplateResult => {
  const pick =
    ({ choose }: MenuItem) =>
    ({ currentTarget }: Event): void => {
      if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close()
      closed()
      choose()
    }
  return html`
    <dialog class="menu-dialog" aria-label=${label} ${ref(show(at))} @close=${closed} @click=${onBackdrop} @keydown=${onKey}>
      <div class="menu-items" role="menu" aria-label=${label}>
        ${
          row.length === 0
            ? nothing
            : html`<div class="menu-row" role="group">
                ${row.map(
                  (item) => html`
                    <button class=${item.pressed ? 'pressed' : ''} role="menuitem" type="button" tabindex="-1" aria-label=${item.name ?? item.label}
                      title=${item.name ?? item.label} @click=${pick(item)}>${item.label}</button>
                  `,
                )}
              </div>`
        }
        ${items.map(
          (item) => html`
            <button class=${item.danger ? 'danger' : ''} role="menuitem" type="button" tabindex="-1" @click=${pick(item)}>
              ${item.label}
            </button>
          `,
        )}
      </div>
    </dialog>
  `
}
