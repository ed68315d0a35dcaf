import type { DeadLetterReaction } from '@kez-chat/contracts'
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream'
import { createBackoff } from './backoff.ts'
import { putDeadLetter } from './dead-letters.ts'
import { LogUnavailable, messageOf, PoisonEvent } from './errors.ts'
import type { JetStream } from './jetstream.ts'
import type { LogSink } from './log-sink.ts'
import { type Delivery, openPuller, type Puller } from './pull.ts'
import type { StoredEvent } from './stored-event.ts'

export type ReactionOptions = {
  stream: string
  /** Name of the durable consumer that remembers, on the server, what has been handled. Replicas share it. */
  durable: string
  /** Only events on this subject (wildcards allowed). */
  filter: string
  /** How many events are handled at once; order between them is not kept. */
  concurrency?: number
  /**
   * Must be idempotent: an event comes again after a crash or a failure. Throws {@link PoisonEvent} to stop. `isLive`: it came after
   * the reaction had begun to follow, and for the first time; else it is caught up with, perhaps after months.
   */
  handle(event: StoredEvent, isLive: boolean): Promise<void>
  log: LogSink
  /**
   * Under which name an event is given up that fails alone, while others are handled: it becomes a dead letter, which an operator
   * may have tried again. Without it such an event is tried for ever.
   */
  deadLetters?: DeadLetterReaction
  /** How often it is tried before; 60 when left out, some three minutes. */
  deadAfter?: number
  observer?: ReactionObserver
}

/** Told what the work comes to, for metrics. Ages are from the storing of an event, in seconds. */
export type ReactionObserver = {
  event(outcome: 'handled' | 'retried' | 'dead_letter', age: number): void
  /** Events behind those that were taken last, as the server says. */
  pending(count: number): void
  stopped(isStopped: boolean): void
}

/** `stopped` by a poison event, `waiting` for something that is away, else `following`. */
export type ReactionStatus = { state: 'starting' | 'following' | 'waiting' | 'stopped'; reason?: string }

export type Reaction = {
  status(): ReactionStatus
  /** What it does for an event, for whoever has one tried again. */
  handle(event: StoredEvent): Promise<void>
  stop(): Promise<void>
}

const second = 1_000_000_000
const ackWait = 30 * second
/** The server forgets a reaction nobody ran for so long; it then starts over, which is harmless. */
const forgottenAfter = 30 * 86_400 * second
const maxInFlight = 512
const retryDelay = 2 * second

/** How the durable consumer of a reaction is set. */
export const durableConfig = ({ durable, filter }: Pick<ReactionOptions, 'durable' | 'filter'>) => ({
  durable_name: durable,
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  filter_subject: filter,
  ack_wait: ackWait,
  max_ack_pending: maxInFlight,
  inactive_threshold: forgottenAfter,
})

const ageOf = ({ timeNs }: StoredEvent): number => Date.now() / 1_000 - Number(timeNs / 1_000_000n) / 1_000

/** Makes the consumer, or finds it; returns the number of the last delivery of what waits for it already. */
const ensureDurable = async ({ jsm }: JetStream, options: ReactionOptions): Promise<number> => {
  const { delivered, num_pending, num_ack_pending } = await jsm.consumers.add(options.stream, {
    name: options.durable,
    ...durableConfig(options),
  })
  return delivered.consumer_seq + num_pending + num_ack_pending
}

/**
 * Does something for every event of a stream, at least once, across crashes and replicas: what is not acknowledged is
 * delivered again. A poison event stops the reaction; everything else is tried again with growing pauses.
 */
export const startReaction = (jetstream: JetStream, options: ReactionOptions): Reaction => {
  const { stream, durable, concurrency = 32, handle, log, deadLetters, deadAfter = 60, observer } = options
  const stopping = new AbortController()
  const backoff = createBackoff()
  let status: ReactionStatus = { state: 'starting' }
  let puller: Puller | undefined
  let caughtUpAt = 0

  /** How many had been handled when an event failed first. What fails while nothing works is no fault of the event. */
  const failing = new Map<number, number>()
  let handled = 0

  const isGivenUp = async (event: Delivery, error: unknown): Promise<boolean> => {
    const since = failing.get(event.seq) ?? handled
    failing.set(event.seq, since)
    if (deadLetters === undefined || event.deliveries < deadAfter || handled === since) return false
    try {
      await putDeadLetter(jetstream, { reaction: deadLetters, stream }, event, { deliveries: event.deliveries, error })
    } catch (cause) {
      log.warn({ err: cause, stream, seq: event.seq }, 'an event cannot be given up and will be tried again')
      return false
    }
    failing.delete(event.seq)
    log.error(
      { err: error, stream, seq: event.seq, reaction: deadLetters },
      'a reaction gave an event up: kez admin dead-letters',
    )
    return true
  }

  const handleOne = async (event: Delivery): Promise<void> => {
    try {
      await handle(event, event.deliveries === 1 && event.deliverySeq > caughtUpAt)
      event.respond('+ACK')
      failing.delete(event.seq)
      handled += 1
      observer?.event('handled', ageOf(event))
    } catch (error) {
      if (error instanceof PoisonEvent) throw error
      if (await isGivenUp(event, error)) {
        observer?.event('dead_letter', ageOf(event))
        return event.respond('+ACK')
      }
      observer?.event('retried', ageOf(event))
      log.warn({ err: error, stream, seq: event.seq }, 'a reaction failed and will be tried again')
      event.respond(`-NAK {"delay": ${Math.round(retryDelay * (1 + Math.random()))}}`)
    }
  }

  const follow = async (): Promise<void> => {
    if (!jetstream.isConnected()) throw new LogUnavailable(`${stream} cannot be read: not connected`)
    caughtUpAt = await ensureDurable(jetstream, options)
    puller = openPuller(jetstream, stream, durable)
    // Also while nothing comes.
    status = { state: 'following' }
    try {
      while (!stopping.signal.aborted) {
        const events = await puller.next(concurrency, 5_000)
        backoff.reset()
        observer?.pending(events.at(-1)?.pending ?? 0)
        const results = await Promise.allSettled(events.map(handleOne))
        const failed = results.find((result) => result.status === 'rejected')
        if (failed) throw failed.reason
      }
    } finally {
      puller.close()
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await follow()
      } catch (error) {
        if (stopping.signal.aborted) return
        if (error instanceof PoisonEvent) {
          status = { state: 'stopped', reason: error.message }
          observer?.stopped(true)
          log.error({ err: error, stream, durable }, 'a reaction stopped at an event it cannot handle')
          return
        }
        status = { state: 'waiting', reason: messageOf(error) }
        log.warn({ err: error, stream, durable }, 'a reaction is interrupted and will go on')
        await backoff.wait(stopping.signal)
      }
    }
  }

  const running = run()
  return {
    status: () => status,
    handle: (event) => handle(event, false),
    stop: async () => {
      stopping.abort()
      puller?.close()
      await running
    },
  }
}
