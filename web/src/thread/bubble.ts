import { html, nothing, type TemplateResult } from 'lit-html'
import { gapNotice } from '../delivery/gap.ts'
import { deliveryMark } from '../delivery/mark.ts'
import { reasonWords } from '../delivery/reason.ts'
import type { Ways } from '../delivery/ways.ts'
import { fileContent } from '../files/bubble.ts'
import { isDeleted } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { excerptOf } from '../talk/excerpt.ts'
import { quoteIn } from '../talk/quote.ts'
import { reactionsTo } from '../talk/reactions.ts'
import { fingersOn } from '../talk/swipe.ts'
import { unsentChanges } from '../talk/unsent.ts'
import { emojiAlone } from './emoji.ts'
import { folded } from './fold.ts'
import type { Placed } from './layout.ts'
import { linkify } from './linkify.ts'
import { askByPointer, menuButton } from './message-menu.ts'
import type { Thread } from './state.ts'

const linked = (text: string): unknown =>
  linkify(text).map((part) =>
    part.href === undefined
      ? part.text
      : html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.text}</a>`,
  )

const sizes = ['', 'emoji huge', 'emoji large', 'emoji large']

const written = (thread: Thread, n: number, text: string): TemplateResult => {
  const part = thread.unfolded.value.has(n) ? undefined : folded(text)
  const alone = emojiAlone(text)
  const size = alone > 0 ? (sizes[alone] ?? 'emoji') : ''
  return html`<span class="text ${size}">${linked(part ?? text)}</span>${
    part === undefined
      ? nothing
      : html`<span aria-hidden="true">…</span><button class="show-all" type="button" @click=${() => thread.unfold(n)}>${t.thread.showAll}</button>`
  }`
}

const content = (thread: Thread, name: string, message: StoredMessage): TemplateResult => {
  const { n, body } = message
  if (isDeleted(message)) return html`<span class="unknown">${excerptOf(message)}</span>`
  if (body.type === 'text' && typeof body.text === 'string') return written(thread, n, body.text)
  const file = fileContent(thread, name, message)
  if (file) return file
  return html`<span class="unknown">${body.type === 'damaged' ? t.thread.damaged : t.thread.newerVersion}</span>`
}

const failure = (thread: Thread, message: StoredMessage): TemplateResult | typeof nothing => {
  if (message.delivery?.state !== 'failed') return nothing
  return html`
    <p class="small">${reasonWords(message.delivery.code)}</p>
    <div class="buttons">
      <button class="retry" type="button" @click=${() => thread.retry(message)}>${t.thread.retry}</button>
      <button class="retry" type="button" @click=${() => thread.discard(message)}>${t.thread.discard}</button>
    </div>
  `
}

/** What it takes to be called sent is there once it is delivered as well. */
const stateClasses = ({ delivery }: StoredMessage): (string | undefined)[] =>
  delivery?.state === 'delivered' ? ['sent', 'delivered'] : [delivery?.state]

export const bubble = (thread: Thread, name: string, ways: Ways, placed: Placed): TemplateResult => {
  const { message, own, joined, last } = placed
  const newest = thread.rows.value?.at(-1)?.message.n === message.n
  const classes = [
    'bubble',
    own ? 'own' : 'other',
    joined ? 'joined' : '',
    last ? 'last' : '',
    thread.found.value === message.n ? 'found' : '',
    ...stateClasses(message),
  ]
  const fingers = fingersOn(thread, message)
  // The time stands in the last line of the text where there is room. White space between them would be room too.
  return html`
    ${gapNotice(message)}
    <article class=${classes.filter(Boolean).join(' ')} @contextmenu=${askByPointer(message)} @touchstart=${fingers.start}
      @touchmove=${fingers.move} @touchend=${fingers.end} @touchcancel=${fingers.cancel}>
      ${menuButton(message, newest)}
      <span class="visually-hidden">${own ? t.thread.you : name}:</span>
      ${quoteIn(thread, name, message)}
      <div class="said" dir="auto">${content(thread, name, message)}${deliveryMark(message, { last, newest, ways })}</div>
      ${failure(thread, message)}${unsentChanges(thread, message)}
    </article>
    ${reactionsTo(thread, name, message)}
  `
}
