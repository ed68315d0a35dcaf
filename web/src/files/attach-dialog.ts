import { MAX_FILE_BYTES } from '@kez-chat/messaging'
import { type Signal, signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { keyed } from 'lit-html/directives/keyed.js'
import { ref } from 'lit-html/directives/ref.js'
import { repeat } from 'lit-html/directives/repeat.js'
import { holdUnsaved } from '../app/unsaved.ts'
import { fileWords } from '../strings/files.ts'
import { t } from '../strings/index.ts'
import type { Thread } from '../thread/state.ts'
import { crossIcon, fileIcon } from '../ui/icons.ts'
import { notice, spinner } from '../ui/notice.ts'
import { fileItem, folderItem, type Item } from './chosen-item.ts'
import { fileName } from './file-name.ts'
import { pickFiles } from './pick.ts'
import { sizeWords } from './words.ts'

/** What was chosen to be sent. */
export type Chosen = { readonly thread: Thread; readonly files: readonly File[]; readonly folders: readonly string[] }

const mostAtOnce = 10

type State = {
  readonly items: Signal<readonly Item[]>
  readonly original: Signal<boolean>
  readonly tooMany: Signal<boolean>
  readonly problem: Signal<'notStored' | undefined>
  readonly sending: Signal<boolean>
  readonly attach: (element: Element | undefined) => void
  add(files: readonly File[]): void
}

const begin = ({ files, folders }: Chosen): State => {
  const items = signal<readonly Item[]>([])
  const tooMany = signal(false)
  let release: (() => void) | undefined
  const add = (more: readonly File[]): void => {
    const room = mostAtOnce - items.peek().length
    tooMany.value = more.length > room
    items.value = [...items.peek(), ...more.slice(0, Math.max(0, room)).map(fileItem)]
  }
  items.value = folders.slice(0, mostAtOnce).map(folderItem)
  add(files)
  return {
    ...{ items, tooMany, add, original: signal(false), problem: signal(undefined), sending: signal(false) },
    attach: (element) => {
      if (!element) {
        for (const item of items.peek()) item.close()
        release?.()
        return
      }
      release = holdUnsaved()
      // A modal dialog must stand in the page before it is shown.
      queueMicrotask(() => {
        if (element instanceof HTMLDialogElement && element.isConnected && !element.open) element.showModal()
      })
    },
  }
}

const states = new WeakMap<Chosen, State>()

const stateOf = (chosen: Chosen): State => {
  const known = states.get(chosen) ?? begin(chosen)
  states.set(chosen, known)
  return known
}

const isRefused = ({ state }: Item): boolean => state.value !== 'ready' && state.value !== 'reading'

const without = ({ items }: State, item: Item): void => {
  item.close()
  items.value = items.peek().filter((other) => other !== item)
}

/** One after the other, so that they come in this order; what cannot be read or stored stays here. True when nothing does. */
const send = async (state: State, { thread }: Chosen): Promise<boolean> => {
  state.problem.value = undefined
  state.sending.value = true
  for (const item of state.items.peek().filter((one) => !isRefused(one))) {
    const file = await item.read(state.original.peek())
    if (!file) continue
    const stored = await thread.files.send(file).then(
      () => true,
      () => false,
    )
    if (!stored) {
      state.problem.value = 'notStored'
      break
    }
    without(state, item)
  }
  state.sending.value = false
  thread.scroll.toEnd()
  return state.items.peek().length === 0
}

const what = (item: Item, original: boolean): string => {
  const words = fileWords().attach
  const state = item.state.value
  if (state === 'reading') return words.reading
  if (state !== 'ready') return words.refused[state](sizeWords(MAX_FILE_BYTES))
  const sends = item.sends(original)
  return sends === item.size ? sizeWords(item.size) : words.scaled(sizeWords(item.size), sizeWords(sends))
}

const itemView = (state: State, item: Item): TemplateResult => {
  const url = item.url.value
  const refused = isRefused(item)
  return html`
    <li class="chosen-item" data-code=${refused ? item.state.value : nothing}>
      <span class="chosen-picture">${url === undefined ? (item.state.value === 'reading' ? spinner() : fileIcon()) : html`<img src=${url} alt="" />`}</span>
      <span class="file-facts grow">${fileName(item.name)}<span class="small ${refused ? 'bad-text' : 'muted'}">${what(item, state.original.value)}</span></span>
      <button class="icon-button" type="button" aria-label=${fileWords().attach.remove(item.name)} ?disabled=${state.sending.value}
        @click=${() => without(state, item)}>${crossIcon(20)}</button>
    </li>
  `
}

const originals = (state: State): TemplateResult | typeof nothing => {
  const words = fileWords().attach
  if (!state.items.value.some(({ picture }) => picture.value)) return nothing
  const toggle = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLInputElement) state.original.value = currentTarget.checked
  }
  return html`
    <div>
      <label class="switch"><input type="checkbox" role="switch" .checked=${state.original.value} @change=${toggle}
        aria-describedby="original-hint" />${words.original}</label>
      <p class="muted small" id="original-hint">${state.original.value ? words.originalHint : words.hidden}</p>
    </div>
  `
}

const closeFrom = (inside: EventTarget | null): void => {
  if (inside instanceof Element) inside.closest('dialog')?.close()
}

/** What is about to be sent: to be looked at, taken out, and sent. Escape and Cancel send nothing. */
export const attachDialog = (chosen: Chosen, name: string, closed: () => void): TemplateResult => {
  const state = stateOf(chosen)
  const words = fileWords().attach
  const items = state.items.value
  const good = items.filter((item) => !isRefused(item))
  const waits = state.sending.value || good.some((item) => item.state.value === 'reading')
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const { target } = event
    if (!waits && good.length > 0 && (await send(state, chosen))) closeFrom(target)
  }
  return html`${keyed(
    chosen,
    html`
      <dialog class="dialog sheet" aria-labelledby="attach-title" ${ref(state.attach)} @close=${closed}>
        <form class="stack" @submit=${submit}>
          <h2 id="attach-title">${words.title(name)}</h2>
          <ul class="chosen" aria-label=${words.list}>
            ${repeat(
              items,
              (item) => item,
              (item) => itemView(state, item),
            )}
          </ul>
          <div><button class="button plain" type="button" ?disabled=${waits} @click=${() => pickFiles('files', state.add)}>${words.add}</button></div>
          ${state.tooMany.value ? notice('warn', words.tooMany(mostAtOnce)) : nothing}
          ${state.problem.value ? notice('bad', words.notStored) : nothing}
          ${originals(state)}
          <div class="buttons">
            <button class="button" type="button" @click=${({ target }: Event) => closeFrom(target)}>${t.cancel}</button>
            ${
              good.length === 0
                ? nothing
                : html`<button class="button primary" type="submit" autofocus aria-disabled=${waits}>${waits ? t.working : words.send(good.length)}</button>`
            }
          </div>
        </form>
      </dialog>
    `,
  )}`
}
