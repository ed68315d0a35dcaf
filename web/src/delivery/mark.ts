import { html, nothing, type TemplateResult } from 'lit-html'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { footNotes } from '../talk/foot.ts'
import { checkIcon, clockIcon, doubleCheckIcon, warnIcon } from '../ui/icons.ts'
import { exactTime, timeOfDay } from '../ui/time.ts'
import { showDetails } from './open.ts'
import { type Ways, wayName } from './ways.ts'

const icons = { sending: clockIcon, sent: checkIcon, delivered: doubleCheckIcon, failed: warnIcon }

// What wants an eye has its word beside it; of the rest the picture is enough for the eye.
const spelledOut = new Set(['sending', 'failed'])

/** Clock, one check, two checks or a warning, each with its word. */
const stateMark = ({ delivery }: StoredMessage): TemplateResult | typeof nothing => {
  if (!delivery) return nothing
  const { state } = delivery
  return html`${icons[state](14)}<span class=${spelledOut.has(state) ? '' : 'visually-hidden'}>${t.delivery.states[state]}</span>`
}

/** Which way a message took first, where that tells something: at the end of a group, when there is more than one way. */
export const viaOf = (message: StoredMessage, last: boolean, ways: Ways): string | undefined => {
  const received = message.delivery === undefined
  const via = received ? message.via : message.delivery?.via
  return via !== undefined && last && ways.several ? t.delivery.via(wayName(via, ways, received)) : undefined
}

// One stop for Tab, the newest; from there the arrow keys lead through the others.
const onKey = (event: KeyboardEvent): void => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return
  event.preventDefault()
  const all = [...document.querySelectorAll<HTMLElement>('.bubble .details')]
  all[all.indexOf(event.currentTarget) + step]?.focus()
}

export type Foot = {
  /** It ends its group of bubbles. */
  readonly last: boolean
  /** It is the newest of the conversation. */
  readonly newest: boolean
  readonly ways: Ways
}

/** The foot of a bubble: when, by which way, how far. Opens the details. */
export const deliveryMark = (message: StoredMessage, { last, newest, ways }: Foot): TemplateResult => {
  const via = viaOf(message, last, ways)
  return html`<span class="meta">
      ${via === undefined ? nothing : html`<span class="via">${via}</span>`}${footNotes(message)}
      <time dir="ltr" datetime=${new Date(message.at).toISOString()}>${timeOfDay(message.at)}</time>
      ${stateMark(message)}
      <button class="details" type="button" aria-haspopup="dialog" aria-label=${t.delivery.details} title=${exactTime(message.at)}
        tabindex=${newest ? 0 : -1} @keydown=${onKey} @click=${() => showDetails(message)}></button>
    </span>`
}
