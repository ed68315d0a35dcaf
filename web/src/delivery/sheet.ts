import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import type { Delivery } from '../storage/delivery.ts'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { editHistory } from '../talk/edit-history.ts'
import { currentThread } from '../thread/current.ts'
import { sheetDialog } from '../ui/dialog.ts'
import { nameOf } from '../ui/peer-name.ts'
import { exactTime, moment } from '../ui/time.ts'
import { inspected, showDetails } from './open.ts'
import { canHurry, type Line, nowText, relayLines, routeLine } from './story.ts'
import { hostOf, type Ways, wayName, waysOf } from './ways.ts'

const fact = (name: string, value: string | TemplateResult): TemplateResult =>
  html`<div><dt>${name}</dt><dd>${value}</dd></div>`

const lines = (list: readonly Line[]): TemplateResult => html`
  <ul class="ways">
    ${list.map(({ name, tone, text }) => html`<li data-tone=${tone}><strong>${name}</strong><span>${text}</span></li>`)}
  </ul>
`

const waysTaken = (delivery: Delivery, ways: Ways): readonly Line[] => {
  const home = ways.peer === undefined ? t.delivery.someHome : t.delivery.homeOf(ways.peer)
  return [...(delivery.routes ? [routeLine(home, delivery.routes.home, moment)] : []), ...relayLines(delivery, moment)]
}

const sentStory = (session: Session, { at }: StoredMessage, delivery: Delivery, name: string, ways: Ways) => {
  const { delivered } = delivery
  return html`
    <p>${nowText(delivery, name)}</p>
    <dl class="delivery-facts">
      ${fact(t.delivery.written, exactTime(at))}
      ${
        delivered
          ? fact(
              t.delivery.confirmed,
              t.delivery.confirmedBy(
                exactTime(delivered.at),
                delivered.via === 'home' ? t.delivery.byHome : t.delivery.byRelay,
              ),
            )
          : nothing
      }
    </dl>
    ${lines(waysTaken(delivery, ways))}
    ${
      canHurry(delivery)
        ? html`<div><button class="button" type="button" @click=${() => session.retryNow()}>${t.delivery.retryNow}</button></div>`
        : nothing
    }
  `
}

const receivedStory = ({ at, via, received_at }: StoredMessage, ways: Ways): TemplateResult => html`
  <dl class="delivery-facts">
    ${fact(t.delivery.writtenByClock, exactTime(at))}
    ${received_at === undefined ? nothing : fact(t.delivery.received, exactTime(received_at))}
    ${via === undefined ? nothing : fact(t.delivery.cameBy, wayName(via, ways, true))}
  </dl>
  <p class="muted small">${t.delivery.opened}</p>
`

/** The message as it is now, not as it was when the sheet was opened. */
const latest = (session: Session, opened: StoredMessage): StoredMessage =>
  currentThread(session).value?.rows.value?.find(({ message }) => message.n === opened.n)?.message ?? opened

/** How a message travelled, while somebody looks at it. */
export const deliverySheet = (session: Session, tag: string): TemplateResult | typeof nothing => {
  const opened = inspected.value
  const conversation = session.chats.summaries.value.get(tag)?.conversation
  if (!opened || !conversation) return nothing
  const message = latest(session, opened)
  const { delivery } = message
  const ways = waysOf(session, conversation)
  const name = nameOf(conversation, session.account.value?.server)
  const { via_relay } = conversation
  return sheetDialog({
    title: delivery ? t.delivery.titleOwn : t.delivery.titleOther,
    closed: () => showDetails(undefined),
    body: html`
      ${delivery ? sentStory(session, message, delivery, name, ways) : receivedStory(message, ways)}
      ${editHistory(message)}
      ${via_relay === undefined ? nothing : html`<p class="muted small">${t.delivery.repliesFirst(hostOf(via_relay))}</p>`}
    `,
  })
}
