import type { Delivery } from '../storage/delivery.ts'
import { t } from '../strings/index.ts'
import { reasonWords } from './reason.ts'
import { hostOf } from './ways.ts'

/** One way or relay, and how it stands with a message. */
export type Line = {
  readonly name: string
  readonly tone: 'good' | 'open' | 'bad' | 'off'
  readonly text: string
}

type Route = NonNullable<Delivery['routes']>['home']
type Fate = NonNullable<Delivery['relays']>[number]
type When = (ms: number) => string

const joined = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' ')

const waiting = ({ attempts, reason, next_at }: Route, when: When): string =>
  attempts === 0
    ? t.delivery.route.untried
    : joined(
        t.delivery.route.waiting(reasonWords(reason), attempts).trim(),
        next_at === null ? undefined : t.delivery.route.next(when(next_at)),
      )

/** A way as a whole. */
export const routeLine = (name: string, route: Route, when: When): Line => {
  switch (route.state) {
    case 'sent':
      return { name, tone: 'good', text: t.delivery.route.sent(when(route.at)) }
    case 'refused':
      return route.reason === 'no_route'
        ? { name, tone: 'off', text: t.delivery.route.unused }
        : { name, tone: 'bad', text: t.delivery.route.refused(reasonWords(route.reason)).trim() }
    case 'waiting':
      return { name, tone: 'open', text: waiting(route, when) }
  }
}

const fateText = ({ state, at, reason }: Fate, when: When): string => {
  switch (state) {
    case 'accepted':
      return t.delivery.fate.accepted(when(at))
    case 'refused':
      return t.delivery.fate.refused(reasonWords(reason)).trim()
    default:
      return t.delivery.fate[state]
  }
}

const tones = { pending: 'open', accepted: 'good', refused: 'bad', timeout: 'bad', unreachable: 'bad' } as const

const fateLine = (fate: Fate, when: When): Line => ({
  name: hostOf(fate.relay),
  tone: tones[fate.state],
  text: fateText(fate, when),
})

/** Each relay by itself; where none has been asked, the way as a whole. */
export const relayLines = ({ relays = [], routes }: Delivery, when: When): Line[] => {
  if (relays.length > 0) return relays.map((fate) => fateLine(fate, when))
  return routes ? [routeLine(t.delivery.relays, routes.relay, when)] : []
}

/** Where the message stands as a whole, never better than the truth. */
export const nowText = (delivery: Delivery, name: string): string => {
  switch (delivery.state) {
    case 'sent':
      return joined(t.delivery.now.sent(name), delivery.hinted ? t.delivery.hinted : undefined)
    case 'delivered':
      return t.delivery.now.delivered(name)
    case 'failed':
      return joined(t.delivery.now.failed, reasonWords(delivery.code))
    case 'sending':
      return t.delivery.now.sending
  }
}

/** Whether something is still to be tried and a person may hurry it. */
export const canHurry = ({ state, routes }: Delivery): boolean =>
  state === 'sending' || (state === 'sent' && routes !== undefined && waits(routes))

const waits = ({ home, relay }: NonNullable<Delivery['routes']>): boolean =>
  [home, relay].some(({ state, attempts }) => state === 'waiting' && attempts > 0)
