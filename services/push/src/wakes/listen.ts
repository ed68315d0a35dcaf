import { inboxStreamName, PrimaryHex, pushKeptFor } from '@kez-chat/contracts'
import {
  type JetStream,
  type Reaction,
  type ReactionObserver,
  type StoredEvent,
  startReaction,
} from '@kez-chat/eventlog'
import { inSpanOf, type Log, processed } from '@kez-chat/runtime'
import { createBatch } from './batch.ts'
import type { Arrival, WakeStore } from './store.ts'
import { wantsWake } from './wants-wake.ts'

export type ListenOptions = {
  jetstream: JetStream
  inboxStreams: number
  wakes: WakeStore
  /** Somebody is to be woken now. */
  onWake(): void
  /** Who is told how the reading of a stream goes. */
  observer(stream: string): ReactionObserver
  log: Log
}

const batchSize = 256
const durable = 'push'

/** The newest of each person's. */
const newest = (arrivals: readonly Arrival[]): Arrival[] => {
  const byInbox = new Map<string, Arrival>()
  for (const arrival of arrivals) {
    const before = byInbox.get(arrival.inbox)
    if (!before || before.seq < arrival.seq) byInbox.set(arrival.inbox, arrival)
  }
  return [...byInbox.values()]
}

const arrivalOf = ({ subject, seq, timeNs, data }: StoredEvent): Arrival | undefined => {
  const inbox = PrimaryHex.safeParse(subject.split('.')[2])
  const at = Number(timeNs / 1_000_000n)
  // What is so old is past waking for: its push would have been given up by now.
  return inbox.success && Date.now() - at < pushKeptFor && wantsWake(data) ? { inbox: inbox.data, seq, at } : undefined
}

/** Follows every inbox stream by a durable consumer: each message is taken in at least once, whatever dies meanwhile. */
export const listenToInboxes = ({
  jetstream,
  inboxStreams,
  wakes,
  onWake,
  observer,
  log,
}: ListenOptions): Reaction[] => {
  const batch = createBatch<Arrival>(batchSize, async (arrivals) => {
    if (await wakes.arrive(newest(arrivals))) onWake()
  })
  return Array.from({ length: inboxStreams }, (_, index) =>
    startReaction(jetstream, {
      stream: inboxStreamName(index),
      durable,
      filter: 'kez.inbox.*.*',
      concurrency: batchSize,
      deadLetters: 'push',
      observer: observer(inboxStreamName(index)),
      log,
      handle: async (event, isLive) => {
        const arrival = arrivalOf(event)
        if (!arrival) return
        const traceparent = event.headers.traceparent?.[0]
        await inSpanOf({ traceparent, isLive }, processed(event.subject), (span) =>
          batch.add({ ...arrival, traceparent: span.traceparent }),
        )
      },
    }),
  )
}
