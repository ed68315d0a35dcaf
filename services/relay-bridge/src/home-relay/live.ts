import { relayLive } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { decodeEvent } from './stored-event.ts'

/** An event that was stored just now, by whatever replica. `seq` is that of its stream. */
export type LiveEvent = { event: NostrEvent; seq: number }

/** Everything that the relay's streams store, as they store it, for whoever listens on a topic of {@link relayLive}. */
export type Live = {
  /** Returns what ends the listening. */
  listen(topics: readonly string[], listener: (live: LiveEvent) => void): () => void
  stop(): void
}

export const openLive = ({ nc }: JetStream): Live => {
  const listeners = new Map<string, Set<(live: LiveEvent) => void>>()

  const subscriptions = [relayLive.mail('*'), relayLive.list('*')].map((subject) =>
    nc.subscribe(subject, {
      callback: (error, message) => {
        const those = error ? undefined : listeners.get(message.subject)
        if (!those) return
        const event = decodeEvent(message)
        const seq = Number(message.headers?.get('Nats-Sequence'))
        if (event) for (const listener of [...those]) listener({ event, seq })
      },
    }),
  )

  return {
    listen: (topics, listener) => {
      for (const topic of topics) listeners.set(topic, (listeners.get(topic) ?? new Set()).add(listener))
      return () => {
        for (const topic of topics) {
          const those = listeners.get(topic)
          those?.delete(listener)
          if (those?.size === 0) listeners.delete(topic)
        }
      }
    },
    stop: () => {
      if (!nc.isClosed()) for (const subscription of subscriptions) subscription.unsubscribe()
    },
  }
}
