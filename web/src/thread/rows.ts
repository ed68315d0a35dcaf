import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { repeat } from 'lit-html/directives/repeat.js'
import type { Ways } from '../delivery/ways.ts'
import { t } from '../strings/index.ts'
import { excerptOf } from '../talk/excerpt.ts'
import { isLine } from '../talk/is-line.ts'
import { timerLine, timerWords } from '../talk/timer-line.ts'
import { downIcon } from '../ui/icons.ts'
import { spinner } from '../ui/notice.ts'
import { dayName } from '../ui/time.ts'
import { bubble } from './bubble.ts'
import type { Placed } from './layout.ts'
import type { Thread } from './state.ts'

const room = (px: number): TemplateResult => html`<div class="room" .style=${`height: ${px}px`}></div>`

const row = (thread: Thread, name: string, ways: Ways, placed: Placed): TemplateResult => {
  const { message, newDay } = placed
  return html`
    <div class="row" data-n=${message.n} ${ref(thread.scroll.row)}>
      ${newDay ? html`<div class="day" role="separator"><span>${dayName(message.at)}</span></div>` : nothing}
      ${thread.newFrom.value === message.n ? html`<div class="new-line" role="separator"><span>${t.thread.newLine}</span></div>` : nothing}
      ${isLine(message) ? timerLine(thread, name, message) : bubble(thread, name, ways, placed)}
    </div>
  `
}

/** What came since the thread was opened: rows come and go as one scrolls, so they themselves cannot be announced. */
const announcer = (thread: Thread, name: string): TemplateResult => html`
  <div class="visually-hidden" aria-live="polite">
    ${repeat(
      thread.announced.value,
      ({ n }) => n,
      (message) =>
        isLine(message)
          ? html`<p>${timerWords(name, message)}</p>`
          : html`<p>${message.delivery ? t.thread.you : name}: ${excerptOf(message, Infinity)}</p>`,
    )}
    ${thread.told.value.map((text) => html`<p>${text}</p>`)}
  </div>
`

const jump = (thread: Thread): TemplateResult | typeof nothing => {
  if (thread.scroll.atEnd.value) return nothing
  const missed = thread.missed.value
  return html`
    <button class="icon-button jump" type="button" @click=${thread.scroll.toEnd}
      aria-label=${missed > 0 ? t.thread.missed(missed) : t.thread.toBottom}>
      ${downIcon()}${missed > 0 ? html`<span class="unread" aria-hidden="true">${missed > 99 ? '99+' : missed}</span>` : nothing}
    </button>
  `
}

const onKey = (thread: Thread) => (event: KeyboardEvent) => {
  // The browser's own way there would scroll through everything between.
  if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return
  if (event.key === 'End') thread.scroll.toEnd()
  else if (event.key === 'Home') thread.scroll.toStart()
  else return
  event.preventDefault()
}

/** The messages of a conversation, those that are near what is seen. */
export const messageRows = (thread: Thread, name: string, ways: Ways): TemplateResult => {
  const rows = thread.rows.value
  if (!rows)
    return html`<div class="empty" role="status">${spinner()}<span class="visually-hidden">${t.loading}</span></div>`
  const { above, below } = thread.scroll.frame.value
  return html`
    <div class="scroll" ${ref(thread.scroll.attach)} tabindex="0" aria-label=${t.thread.label(name)} role="region"
      @keydown=${onKey(thread)}>
      <div class="thread" role="log" aria-live="off" aria-label=${t.thread.label(name)}>
        ${room(above)}
        ${thread.empty.value ? html`<p class="empty muted">${t.thread.empty(name)}</p>` : nothing}
        ${repeat(
          rows,
          ({ message }) => message.n,
          (placed) => row(thread, name, ways, placed),
        )}
        ${room(below)}
      </div>
    </div>
    ${announcer(thread, name)} ${jump(thread)}
  `
}
