import { relayLive } from '@kez-chat/contracts'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { Plan } from './access.ts'
import { isExpired, matches } from './filter.ts'
import type { History, RelayHistory } from './history.ts'
import { mailKinds } from './kinds.ts'
import type { Live, LiveEvent } from './live.ts'
import type { Client } from './tunnel.ts'

export type SubscriptionOptions = {
  id: string
  plans: readonly Plan[]
  client: Pick<Client, 'send' | 'room'>
  history: RelayHistory
  live: Live
  /** Events that went to the client. */
  onSent(count: number): void
}

export type Subscription = {
  /** Sends what is stored, then `EOSE`, then what comes. @throws {LogUnavailable} */
  run(): Promise<void>
  stop(): void
}

/** Live events that wait until what is stored has been sent. */
const maxWaiting = 500

/** More came while history was sent than may wait; the client has to ask again. */
export class SubscriptionTooSlow extends Error {
  override readonly name = 'SubscriptionTooSlow'
}

const topicsOf = ({ mail, lists }: Plan): string[] => [
  ...(mail === undefined ? [] : [relayLive.mail(mail)]),
  ...[...(lists?.authors ?? [])].map(relayLive.list),
]

/**
 * One REQ. It listens first and reads then, so that nothing falls in between; whatever history has looked at is not sent again
 * when it comes live.
 */
export const createSubscription = (options: SubscriptionOptions): Subscription => {
  const { id, plans, client, history, live, onSent } = options
  const looked = new Map<Plan, History>()
  let waiting: LiveEvent[] | undefined = []
  let overflowed = false
  let stopped = false

  const send = (event: NostrEvent): void => {
    onSent(1)
    client.send(JSON.stringify(['EVENT', id, event]))
  }

  const isNewTo = (plan: Plan, { event, seq }: LiveEvent): boolean => {
    if (!matches(plan.filter, event)) return false
    const before = looked.get(plan)
    if (mailKinds.has(event.kind)) return plan.mail !== undefined && seq > (before?.mailThrough ?? 0)
    return plan.lists !== undefined && before?.listSeqs.has(seq) !== true
  }

  const sendLive = (one: LiveEvent): void => {
    if (plans.some((plan) => isNewTo(plan, one)) && !isExpired(one.event, Date.now())) send(one.event)
  }

  const stopListening = live.listen([...new Set(plans.flatMap(topicsOf))], (one) => {
    if (!waiting) sendLive(one)
    else if (waiting.length < maxWaiting) waiting.push(one)
    else overflowed = true
  })

  const stop = (): void => {
    stopped = true
    waiting = []
    stopListening()
  }

  const sendStored = async (): Promise<void> => {
    const sent = new Set<string>()
    for (const plan of plans) {
      if (stopped) return
      const result = await history.look(plan)
      looked.set(plan, result)
      try {
        for (const found of result.found) {
          if (sent.has(found.id)) continue
          sent.add(found.id)
          if (!(await client.room()) || stopped) return
          const event = await history.eventOf(found)
          if (event && !stopped) send(event)
        }
      } finally {
        history.forget(result.found)
        result.found = []
      }
    }
  }

  return {
    run: async () => {
      await sendStored()
      if (stopped) return
      if (overflowed) throw new SubscriptionTooSlow('error: more came than could be kept meanwhile; ask again')
      client.send(JSON.stringify(['EOSE', id]))
      const came = waiting ?? []
      waiting = undefined
      for (const one of came) sendLive(one)
    },
    stop,
  }
}
