import { createBackoff } from '@kez-chat/eventlog'
import type { TransportKey } from '@kez-chat/messaging'
import { parseRelayFrame, type RelayFrame } from '@kez-chat/messaging/nostr'
import { inSpan, received } from '@kez-chat/runtime'
import type { AddressTable } from '../addresses/address-table.ts'
import type { Intake, Taken } from '../inbox/intake.ts'
import { type AuthStep, createAuthentication } from './authentication.ts'
import type { Conduct, Offence } from './conduct.ts'
import { connectRelay } from './connection.ts'
import { createFlow, type FlowLimits } from './flow.ts'
import type { Growth } from './growth.ts'
import { type Judged, judgeEvent } from './judge-event.ts'
import type { RelayLimits } from './limits.ts'
import type { Fate, Progress } from './progress.ts'
import { shortReason } from './short-reason.ts'
import { createSubscriptions } from './subscriptions.ts'

/** Why a connection to a relay is over. `too_much`: it wants fewer subscriptions or filters than were asked for. */
export type SessionEnd = {
  readonly why: 'lost' | 'refused' | 'too_much' | 'rate_limited' | 'penalised' | 'unavailable' | 'stopped'
  /** For the operator alone: it may have words of the relay or of the network. */
  readonly detail: string
}

/** What is counted of a relay. */
export type RelayCounts = {
  received(): void
  /** It is in an inbox now, or was before. */
  accepted(isNew: boolean): void
  duplicate(): void
  rejected(reason: string): void
  offence(offence: Offence): void
  latency(ms: number): void
  /** From the arrival of an event for somebody here to what became of it. */
  took(seconds: number): void
}

export type SessionOptions = {
  readonly url: string
  readonly limits: RelayLimits
  readonly key: TransportKey
  readonly table: AddressTable
  /** Calls a listener when the table has changed; returns what ends that. */
  readonly onChange: (listener: () => void) => () => void
  readonly feedFrom: number
  readonly since: () => number
  readonly progress: Progress
  readonly intake: Intake
  readonly conduct: Conduct
  readonly flow: FlowLimits
  readonly pingEvery: number
  readonly reread: Growth
  readonly counts: RelayCounts
  readonly onConnected: () => void
  readonly now: () => number
}

export type Session = {
  readonly ended: Promise<SessionEnd>
  /** The relay has handed over all it had stored for those who are listened for. */
  readonly complete: boolean
  stop(): void
}

const fateOf = (outcome: Taken): Fate =>
  outcome === 'unavailable' ? 'missed' : outcome === 'full' || outcome === 'over_budget' ? 'refused' : 'settled'

type Ours = Extract<Judged, { verdict: 'ours' }>

/** Bytes. Far more than an event of ours: anybody can store a larger one at an honest relay, and it is merely not taken. */
const maxMessage = 1 << 20
const challengeWithin = 10_000
/** ms between two changes of what is asked, and from a change to the first. */
const refreshEvery = 500
const refreshAfter = 50
const refreshLimits = /too many|max(imum)?[ _-](sub|filter)|filter.*(limit|large|long)|subscription.*limit/i
const slowDown = /rate.?limit|slow down|too fast/i

/** One connection to a relay, from opening it to its end. */
export const openSession = (options: SessionOptions): Session => {
  const { url, limits, table, progress, intake, conduct, counts, reread, now } = options
  let over = false
  let finish: (end: SessionEnd) => void = () => undefined
  const ended = new Promise<SessionEnd>((resolve) => {
    finish = resolve
  })
  let refreshing: NodeJS.Timeout | undefined
  let unanswered: NodeJS.Timeout | undefined
  let rereading: NodeJS.Timeout | undefined
  let rereadAt = 0
  let nextReread = createBackoff(reread.first, reread.most, reread.factor)
  let refreshedAt = 0
  let listening = false

  const end = (why: SessionEnd['why'], detail: string): void => {
    if (over) return
    over = true
    clearTimeout(refreshing)
    clearTimeout(unanswered)
    clearTimeout(rereading)
    forget()
    flow.stop()
    connection.close()
    finish({ why, detail: shortReason(detail) })
  }

  const offend = (offence: Offence): void => {
    counts.offence(offence)
    if (conduct.report(offence)) end('penalised', `too much of: ${offence}`)
  }

  const send = (message: readonly unknown[]): void => connection.send(message)
  const flow = createFlow({
    limits: options.flow,
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    onFlood: () => offend('flood'),
  })
  const authentication = createAuthentication({ url, key: options.key, send, now })
  const subscriptions = createSubscriptions({
    limits,
    table,
    feedFrom: options.feedFrom,
    since: options.since,
    send,
    now,
  })

  const listen = (): void => {
    clearTimeout(unanswered)
    if (listening) subscriptions.reopen()
    else subscriptions.refresh()
    listening = true
    refreshedAt = now()
  }

  /** Mailboxes have room again some time; what they refused comes only when it is asked for. */
  const rereadLater = (): void => {
    if (over || rereading) return
    if (now() - rereadAt > 2 * reread.most) nextReread = createBackoff(reread.first, reread.most, reread.factor)
    rereading = setTimeout(() => {
      rereading = undefined
      rereadAt = now()
      progress.restarted()
      listen()
    }, nextReread.next())
  }

  const forget = options.onChange(() => {
    if (!listening || refreshing) return
    refreshing = setTimeout(
      () => {
        refreshing = undefined
        refreshedAt = now()
        subscriptions.refresh()
      },
      Math.max(refreshAfter, refreshedAt + refreshEvery - now()),
    )
  })

  const follow = (step: AuthStep): void => {
    if (step === 'ask_again') listen()
    if (step === 'refused') end('refused', 'it does not let this server read')
  }

  const closed = (reason: string): void => {
    if (reason.startsWith('auth-required')) {
      follow(authentication.required())
      clearTimeout(unanswered)
      if (!authentication.known)
        unanswered = setTimeout(() => end('refused', 'it demands authentication and does not answer'), challengeWithin)
    } else if (slowDown.test(reason)) end('rate_limited', reason)
    else if (refreshLimits.test(reason)) end('too_much', reason)
    else end('refused', reason || 'it closed a subscription')
  }

  const notice = (reason: string): void => {
    if (slowDown.test(reason)) end('rate_limited', reason)
    else if (refreshLimits.test(reason)) end('too_much', reason)
    else offend('unasked')
  }

  const handle = (frame: RelayFrame): void => {
    if (frame.type === 'EVENT') arrive(frame.subscription, frame.event)
    else if (frame.type === 'EOSE') subscriptions.ended(frame.subscription)
    else if (frame.type === 'CLOSED') {
      if (subscriptions.closed(frame.subscription)) closed(frame.message)
    } else if (frame.type === 'NOTICE') notice(frame.message)
    else if (frame.type === 'AUTH') follow(authentication.challenged(frame.challenge))
    else if (frame.type === 'OK') follow(authentication.answered(frame.id, frame.accepted))
    else offend('unasked')
  }

  const arrive = (subscription: string, value: unknown): void => {
    counts.received()
    // What was under way when a subscription was closed is still for somebody, or for nobody.
    const judged = judgeEvent(value, table, now())
    if (judged.verdict === 'junk') {
      counts.rejected('junk')
      offend('junk')
      return
    }
    if (judged.verdict === 'ours') {
      take(judged, subscriptions.arrived(subscription, judged.event.created_at))
      return
    }
    subscriptions.arrived(subscription, judged.createdAt)
    counts.rejected(judged.verdict)
    if (judged.verdict === 'not_ours' && subscriptions.mode === 'filters') offend('unasked')
  }

  const take = async ({ event, inbox }: Ours, askedFor: boolean): Promise<void> => {
    const settle = progress.begin(event.created_at)
    flow.begin()
    const started = performance.now()
    // Relays carry no traces, and a stranger's would not be followed.
    const outcome = await inSpan({ ...received('relay', 'nostr'), parent: 'none' }, async (span) => {
      const taken = await intake({ event, inbox, via: url }).catch(() => 'unavailable' as const)
      span.set({ 'kez.outcome': taken })
      return taken
    })
    counts.took((performance.now() - started) / 1_000)
    const isNew = outcome === 'stored' || outcome === 'duplicate'
    const fate = fateOf(outcome)
    settle(fate)
    if (fate === 'refused') rereadLater()
    // What is known is of use only where everything stored was asked for.
    flow.end(isNew || (outcome === 'known' && askedFor))
    if (isNew || outcome === 'known') progress.accepted(event.created_at)
    if (isNew) counts.accepted(outcome === 'stored')
    else if (outcome === 'known') counts.duplicate()
    else if (outcome === 'unavailable') end('unavailable', 'an event could not be stored')
    else {
      counts.rejected(outcome)
      if (outcome === 'forged') offend('forged')
    }
  }

  const connection = connectRelay({
    url,
    maxMessage,
    pingEvery: options.pingEvery,
    onOpen: () => {
      options.onConnected()
      if (!limits.authRequired) {
        listen()
        return
      }
      follow(authentication.required())
      unanswered = setTimeout(() => end('refused', 'it demands authentication and sends no challenge'), challengeWithin)
    },
    onMessage: (text, bytes) => {
      if (over) return
      flow.message(bytes)
      const frame = text === undefined ? undefined : parseRelayFrame(text)
      if (frame) handle(frame)
      else offend('junk')
    },
    onLatency: counts.latency,
    onEnd: ({ oversized, reason }) => {
      if (oversized) offend('oversized')
      end('lost', reason)
    },
  })

  return {
    ended,
    get complete() {
      return !over && listening && subscriptions.complete
    },
    stop: () => end('stopped', 'this server let go of it'),
  }
}
