import { signal } from '@preact/signals-core'
import { html, type TemplateResult } from 'lit-html'
import { showDetails } from '../delivery/open.ts'
import { fileItems } from '../files/menu.ts'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { emojiDialog } from '../talk/emoji-dialog.ts'
import { deleteForAllQuestion, deleteItems, emojiItems, talkItems } from '../talk/menu.ts'
import { confirmDialog } from '../ui/dialog.ts'
import { moreIcon } from '../ui/icons.ts'
import type { MenuItem } from '../ui/menu.ts'
import { menuDialog, type Spot } from '../ui/menu-dialog.ts'
import { toast } from '../ui/toast.ts'
import type { Thread } from './state.ts'

const pressMs = 500

const asked = signal<{ readonly message: StoredMessage; readonly at: Spot } | undefined>(undefined)
const deleting = signal<StoredMessage | undefined>(undefined)

const ask = (message: StoredMessage, at: Spot): void => {
  asked.value = { message, at }
}

/**
 * For a right click, the menu key, and a long press where the browser makes one of it. Links and what is selected keep the
 * browser's own menu.
 */
export const askByPointer =
  (message: StoredMessage) =>
  (event: MouseEvent): void => {
    const own = event.target instanceof Element && event.target.closest('a') !== null
    if (own || window.getSelection()?.isCollapsed === false) return
    event.preventDefault()
    ask(message, { x: event.clientX, y: event.clientY })
  }

let pressing: ReturnType<typeof setTimeout> | undefined

// Passive, or every scroll that begins on a message would wait for them.
export const released = { handleEvent: (): void => clearTimeout(pressing), passive: true }

/** A long press, where the browser makes nothing of it. */
export const pressed = (message: StoredMessage) => ({
  handleEvent: ({ touches, target }: TouchEvent): void => {
    clearTimeout(pressing)
    const [finger] = touches
    if (!finger || touches.length > 1 || (target instanceof Element && target.closest('a, button'))) return
    pressing = setTimeout(() => ask(message, { x: finger.clientX, y: finger.clientY }), pressMs)
  },
  passive: true,
})

// Of all rows the newest is a stop for Tab; from there the arrow keys lead on.
const onKey = (event: KeyboardEvent): void => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return
  event.preventDefault()
  const all = [...document.querySelectorAll<HTMLElement>('.bubble .more')]
  all[all.indexOf(event.currentTarget) + step]?.focus()
}

export const menuButton = (message: StoredMessage, newest: boolean): TemplateResult => {
  const open = ({ currentTarget }: Event): void => {
    if (!(currentTarget instanceof Element)) return
    const { left, bottom } = currentTarget.getBoundingClientRect()
    ask(message, { x: left, y: bottom })
  }
  return html`
    <button class="icon-button more" type="button" aria-haspopup="menu" aria-label=${t.thread.menu} tabindex=${newest ? 0 : -1}
      @keydown=${onKey} @click=${open}>${moreIcon()}</button>
  `
}

const copy = async (text: string): Promise<void> => {
  const done = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  )
  toast(done ? t.copied : t.thread.notCopied)
}

const itemsOf = (thread: Thread, message: StoredMessage): MenuItem[] => {
  const { text } = message.body
  return [
    ...talkItems(thread, message),
    ...(typeof text === 'string' ? [{ label: t.thread.copy, choose: () => void copy(text) }] : []),
    ...fileItems(thread, message),
    { label: t.delivery.details, choose: () => showDetails(message) },
    {
      label: t.thread.deleteForMe,
      danger: true,
      choose: () => {
        deleting.value = message
      },
    },
    ...deleteItems(thread, message),
  ]
}

const question = (thread: Thread, message: StoredMessage): TemplateResult =>
  confirmDialog({
    title: t.thread.deleteTitle,
    text: message.delivery?.state === 'sending' ? t.thread.deleteTextSending : t.thread.deleteText,
    yes: t.thread.discard,
    answer: (sure) => {
      deleting.value = undefined
      if (sure) void thread.discard(message)
    },
  })

/** The menu of a message, or the question it leads to. */
export const messageMenu = (thread: Thread): TemplateResult => {
  if (deleting.value) return question(thread, deleting.value)
  if (!asked.value) return html`${deleteForAllQuestion(thread)}${emojiDialog(thread)}`
  const { message, at } = asked.value
  return menuDialog({
    label: t.thread.menu,
    row: emojiItems(thread, message),
    items: itemsOf(thread, message),
    at,
    closed: () => {
      asked.value = undefined
    },
  })
}
