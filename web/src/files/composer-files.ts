import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { fileWords } from '../strings/files.ts'
import type { Thread } from '../thread/state.ts'
import { attachIcon } from '../ui/icons.ts'
import { menuDialog, type Spot } from '../ui/menu-dialog.ts'
import { chooseFiles } from './attach.ts'
import { carriesFiles, type Dropped, droppedIn, pastedIn } from './carried.ts'
import { pickFiles, type Source } from './pick.ts'

const asked = signal<Spot | undefined>(undefined)
const dragging = signal(false)

/** A phone has cameras and albums, each with a picker of its own; a desktop has files. */
const isPhone = (): boolean => window.matchMedia('(pointer: coarse)').matches

const pick = (thread: Thread, from: Source): void => pickFiles(from, (files) => chooseFiles(thread, files))

const sources = (thread: Thread): TemplateResult | typeof nothing => {
  if (!asked.value) return nothing
  const words = fileWords().attach
  return menuDialog({
    label: words.button,
    at: asked.value,
    items: (['pictures', 'camera', 'files'] as const).map((from) => ({
      label: words.choose[from],
      choose: () => pick(thread, from),
    })),
    closed: () => {
      asked.value = undefined
    },
  })
}

/** The button before the field. */
export const attachButton = (thread: Thread): TemplateResult => {
  const open = ({ currentTarget }: Event): void => {
    const { left = 0, top = 0 } = currentTarget instanceof Element ? currentTarget.getBoundingClientRect() : {}
    if (isPhone()) asked.value = { x: left, y: top }
    else pick(thread, 'files')
  }
  return html`
    <button class="icon-button attach" type="button" aria-label=${fileWords().attach.button} @click=${open}
      ${ref(dropTarget(thread))}>${attachIcon()}</button>
    ${sources(thread)}
  `
}

/** Files in the clipboard are looked at before they are sent; a text with a picture of itself stays a text. */
export const pasted =
  (thread: Thread) =>
  (event: ClipboardEvent): void => {
    const files = pastedIn(event.clipboardData)
    if (files.length === 0) return
    event.preventDefault()
    chooseFiles(thread, files)
  }

const take = (thread: Thread, { files, folders }: Dropped): void => chooseFiles(thread, files, folders)

const listen = (thread: Thread, { signal: ended }: AbortController): void => {
  // Entered and left are told for every element on the way.
  let inside = 0
  const on = (name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void): void =>
    window.addEventListener(
      name,
      (event) => {
        if (!carriesFiles(event.dataTransfer)) return
        // Or the browser would leave the app and open the file.
        event.preventDefault()
        if (!document.querySelector('dialog[open]')) act(event)
      },
      { signal: ended },
    )
  on('dragenter', () => {
    inside++
    dragging.value = true
  })
  on('dragover', () => undefined)
  on('dragleave', () => {
    inside = Math.max(0, inside - 1)
    if (inside === 0) dragging.value = false
  })
  on('drop', ({ dataTransfer }) => {
    inside = 0
    dragging.value = false
    take(thread, droppedIn(dataTransfer))
  })
}

const targets = new WeakMap<Thread, (element: Element | undefined) => void>()

/** While the button stands in the page, files may be dropped anywhere in the window. */
const dropTarget = (thread: Thread): ((element: Element | undefined) => void) => {
  let ending = new AbortController()
  const known = targets.get(thread)
  if (known) return known
  const target = (element: Element | undefined): void => {
    ending.abort()
    dragging.value = false
    if (!element) return
    ending = new AbortController()
    listen(thread, ending)
  }
  targets.set(thread, target)
  return target
}

/** Where to let go of what is dragged, while something is. */
export const dropZone = (name: string): TemplateResult | typeof nothing =>
  dragging.value ? html`<div class="drop-zone"><p>${attachIcon()}${fileWords().attach.drop(name)}</p></div>` : nothing
