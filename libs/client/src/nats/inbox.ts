import type { InboxConsumer, InboxMessage } from '@kez-chat/contracts'
import { createInbox, type NatsConnection } from '@nats-io/nats-core'
import { backoff, pause } from '../backoff.ts'
import { type Delivered, pullOnce } from './pull.ts'

export type NatsInboxOptions = {
  /**
   * Called for one message at a time, as they came, and acknowledged when the promise resolves. One that is rejected comes again,
   * each time somewhat later, while others go on. May be called again for a message whose acknowledgement was lost: ask a replay
   * guard before anything is shown or answered.
   */
  onMessage(message: InboxMessage): void | Promise<void>
  /** Each failure; the inbox goes on regardless until it is closed. */
  onError?(error: unknown): void
}

export type NatsInbox = {
  /** Resolves when nothing of it runs any more. What was not taken stays with the consumer. */
  close(): Promise<void>
}

const batchSize = 64
const waitForFirst = 30_000
const longestRetry = 60_000

/** Fetches from the consumer that `open` makes or finds, for ever, and again from there after any interruption. */
export const followInbox = (
  nc: NatsConnection,
  inboxPrefix: string,
  open: () => Promise<InboxConsumer>,
  { onMessage, onError }: NatsInboxOptions,
): NatsInbox => {
  const closing = new AbortController()
  const { signal } = closing
  let failures = 0
  const refusals = new Map<number, number>()

  const take = async ({ message, seq, ack, retry }: Delivered): Promise<void> => {
    try {
      if (message) await onMessage(message)
      else onError?.(new TypeError(`the record ${seq} is of an unknown form and was left out`))
      ack()
      refusals.delete(seq)
    } catch (error) {
      const before = refusals.get(seq) ?? 0
      refusals.set(seq, before + 1)
      retry(1_000 + backoff(before, 1_000, longestRetry))
      onError?.(error)
    }
  }

  const follow = async (): Promise<void> => {
    const consumer = await open()
    while (!signal.aborted) {
      const pull = (batch: number, wait: number) =>
        pullOnce(nc, consumer, { reply: createInbox(inboxPrefix), batch, wait, signal })
      const there = await pull(batchSize, 0)
      const messages = there.length > 0 ? there : await pull(1, waitForFirst)
      failures = 0
      for (const one of messages) if (!signal.aborted) await take(one)
    }
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted && !nc.isClosed()) {
      try {
        await follow()
      } catch (error) {
        if (signal.aborted) return
        onError?.(error)
        await pause(backoff(failures++, 500, 15_000), signal)
      }
    }
  }

  const running = run()
  return {
    close: async () => {
      closing.abort()
      await running
    },
  }
}
