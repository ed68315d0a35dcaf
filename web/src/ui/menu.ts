import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { moreIcon } from './icons.ts'

export type MenuItem = {
  readonly label: string
  /** What it is called where the label is a picture. */
  readonly name?: string
  readonly danger?: boolean
  /** It stands for something that is so already. */
  readonly pressed?: boolean
  readonly choose: () => void
}

const open = signal<string | undefined>(undefined)

const itemsIn = (root: Element): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('[role="menuitem"]')]

const focusFirst = (list: Element | undefined): void => {
  // Once it stands in the page, and only when it has just been opened.
  queueMicrotask(() => {
    if (list && !list.contains(document.activeElement)) itemsIn(list)[0]?.focus()
  })
}

/** Where an arrow, Home or End leads from item `at` of `count`; undefined for any other key. */
export const nextItem = (key: string, at: number, count: number): number | undefined => {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowUp':
      return (at - 1 + count) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

const onKey = (event: KeyboardEvent): void => {
  const root = event.currentTarget
  if (!(root instanceof HTMLElement) || open.value === undefined) return
  if (event.key === 'Escape') {
    event.preventDefault()
    close(root)
  }
  const items = itemsIn(root)
  const at = items.findIndex((item) => item.matches(':focus'))
  const next = nextItem(event.key, at, items.length)
  if (next === undefined) return
  event.preventDefault()
  items[next]?.focus()
}

const close = (root: Element): void => {
  open.value = undefined
  root.querySelector<HTMLElement>('[aria-haspopup]')?.focus()
}

const onLeave = (event: FocusEvent): void => {
  const to = event.relatedTarget
  const root = event.currentTarget
  if (root instanceof Node && !(to instanceof Node && root.contains(to))) open.value = undefined
}

/** A button with three dots and the menu behind it, as the ARIA practices have it. */
export const menu = (id: string, label: string, items: readonly MenuItem[]): TemplateResult => {
  const shown = open.value === id
  const toggle = (): void => {
    open.value = shown ? undefined : id
  }
  const pick =
    ({ choose }: MenuItem) =>
    ({ currentTarget }: Event): void => {
      const root = currentTarget instanceof Element ? currentTarget.closest('.menu') : null
      if (root) close(root)
      choose()
    }
  return html`
    <div class="menu" @keydown=${onKey} @focusout=${onLeave}>
      <button class="icon-button" type="button" aria-haspopup="menu" aria-expanded=${shown} aria-label=${label} @click=${toggle}>
        ${moreIcon()}
      </button>
      ${
        shown
          ? html`<div class="menu-items" role="menu" aria-label=${label} ${ref(focusFirst)}>
              ${items.map(
                (item) => html`
                  <button class=${item.danger ? 'danger' : ''} role="menuitem" type="button" tabindex="-1" @click=${pick(item)}>
                    ${item.label}
                  </button>
                `,
              )}
            </div>`
          : nothing
      }
    </div>
  `
}
