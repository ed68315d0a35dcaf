import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import { changesOf } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { talkWords } from '../strings/talk.ts'
import type { Thread } from '../thread/state.ts'

type Given = { readonly emoji: string; readonly own: boolean; readonly other: boolean }

/** Each emoji that somebody gave a message, once. */
const givenTo = (thread: Thread, message: StoredMessage): Given[] => {
  const by = new Map<string, Given>()
  for (const { emoji, from } of changesOf(message).reactions) {
    if (emoji === undefined) continue
    const own = thread.talk.isOwn({ id: message.inner_id, from })
    const known = by.get(emoji)
    by.set(emoji, { emoji, own: own || known?.own === true, other: !own || known?.other === true })
  }
  return [...by.values()]
}

export const hasReactions = (message: StoredMessage): boolean =>
  changesOf(message).reactions.some(({ emoji }) => emoji !== undefined)

// One stop for Tab, the last of the thread; from there the arrow keys lead through the others.
const onKey = (event: KeyboardEvent): void => {
  const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return
  event.preventDefault()
  const all = [...document.querySelectorAll<HTMLElement>('.reactions button')]
  all[all.indexOf(event.currentTarget) + step]?.focus()
}

const chip = (thread: Thread, name: string, message: StoredMessage, { emoji, own, other }: Given, stop: boolean) => {
  const words = talkWords()
  const names = [...(own ? [words.you] : []), ...(other ? [name] : [])].join(words.and)
  const inner = html`<span class="pill" data-count=${own && other ? 2 : nothing}>${emoji}</span>`
  const label = words.reactedBy(emoji, names)
  if (!thread.talk.canWrite) return html`<span class="chip" role="img" aria-label=${label}>${inner}</span>`
  return html`
    <button class="chip" type="button" aria-pressed=${own} aria-label=${label} title=${label} tabindex=${stop ? 0 : -1}
      @keydown=${onKey} @click=${() => thread.talk.react(message, emoji)}>${inner}</button>
  `
}

/** What people think of a message, under its bubble. */
export const reactionsTo = (thread: Thread, name: string, message: StoredMessage): TemplateResult | typeof nothing => {
  const given = givenTo(thread, message)
  if (given.length === 0) return nothing
  const stop = thread.rows.value?.findLast((row) => hasReactions(row.message))?.message.n === message.n
  return html`
    <ul class="reactions" aria-label=${talkWords().reactions}>
      ${repeat(
        given,
        ({ emoji }) => emoji,
        (one, i) => html`<li>${chip(thread, name, message, one, stop && i === 0)}</li>`,
      )}
    </ul>
  `
}
