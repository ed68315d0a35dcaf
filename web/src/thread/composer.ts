import { html, nothing, type TemplateResult } from 'lit-html'
import { keyed } from 'lit-html/directives/keyed.js'
import { attachButton, pasted } from '../files/composer-files.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import { composerBar, focusField } from '../talk/composer-bar.ts'
import { checkIcon, sendIcon } from '../ui/icons.ts'
import { notice } from '../ui/notice.ts'
import type { Thread } from './state.ts'

const tallest = 152

/** Where a keyboard is on the screen, Enter makes a new line and the button sends. */
const enterSends = (): boolean => !window.matchMedia('(pointer: coarse)').matches

const fitHeight = (area: HTMLTextAreaElement): void => {
  if (CSS.supports('field-sizing', 'content')) return
  area.style.height = 'auto'
  area.style.height = `${Math.min(area.scrollHeight, tallest)}px`
}

const textOf = (form: HTMLFormElement): HTMLTextAreaElement | undefined => {
  const field = form.elements.namedItem('text')
  return field instanceof HTMLTextAreaElement ? field : undefined
}

const submit = async (thread: Thread, form: HTMLFormElement): Promise<void> => {
  const field = textOf(form)
  const text = field?.value ?? ''
  if (!field || text.trim() === '') return
  // Emptied at once, so that a second Enter does not send it twice; given back when it could not be stored.
  field.value = ''
  fitHeight(field)
  field.focus()
  if (await thread.send(text)) return
  field.value = field.value === '' ? text : `${text}\n${field.value}`
  fitHeight(field)
  thread.givenBack(field.value)
}

/** Escape leaves what is answered or edited; the arrow up in an empty field edits what was said last. */
const talkKey = (thread: Thread, event: KeyboardEvent): void => {
  const empty = event.target instanceof HTMLTextAreaElement && event.target.value === ''
  const { talk } = thread
  if (event.key === 'Escape' && talk.mode.peek()) talk.cancel()
  else if (event.key === 'ArrowUp' && empty && !talk.mode.peek()) {
    const last = thread.rows.peek()?.findLast(({ own }) => own)?.message
    if (!last || !talk.canEdit(last)) return
    talk.edit(last)
  } else return
  event.preventDefault()
  focusField()
}

export const composer = (thread: Thread, name: string): TemplateResult => {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (event.target instanceof HTMLFormElement) void submit(thread, event.target)
  }
  const onKey = (event: KeyboardEvent): void => {
    talkKey(thread, event)
    const page = { PageUp: -1, PageDown: 1 }[event.key]
    if (page !== undefined && event.target instanceof HTMLTextAreaElement && event.target.value === '') {
      event.preventDefault()
      thread.scroll.byPage(page)
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || !enterSends()) return
    event.preventDefault()
    if (event.target instanceof HTMLTextAreaElement) event.target.form?.requestSubmit()
  }
  const onInput = ({ target }: Event): void => {
    if (!(target instanceof HTMLTextAreaElement)) return
    thread.typed(target.value)
    fitHeight(target)
  }
  const problem = thread.problem.value
  const mode = thread.talk.mode.value
  const editing = mode?.kind === 'edit' ? mode.message.inner_id : ''
  return html`
    ${problem ? html`<div class="composer-note">${notice('bad', t.thread[problem])}</div>` : nothing}
    ${composerBar(thread, name)}
    ${keyed(
      editing,
      html`
        <form class="composer" @submit=${onSubmit}>
          ${editing ? nothing : attachButton(thread)}
          <textarea class="input" name="text" rows="1" dir="auto" aria-label=${t.thread.placeholder} aria-describedby=${mode ? 'composing' : nothing}
            placeholder=${t.thread.placeholder} enterkeyhint=${enterSends() ? 'send' : 'enter'} .value=${thread.written()}
            @keydown=${onKey} @input=${onInput} @paste=${pasted(thread)} data-focus></textarea>
          <button class="icon-button send" type="submit" aria-label=${editing ? talkWords().save : t.thread.send}>${editing ? checkIcon(20) : sendIcon()}</button>
        </form>
      `,
    )}
  `
}
