import { randomBytes } from 'node:crypto'
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream'
import { LogUnavailable, messageOf } from './errors.ts'
import type { JetStream } from './jetstream.ts'
import { type Delivery, openPuller } from './pull.ts'

/** Reads a stream in order from one place on. Keeps no position on the server: the reader's own cursor decides. */
export type Tail = {
  /**
   * Up to `max` events: those that are there, else the first that comes within `wait` ms, else none.
   * @throws {LogUnavailable} when reading broke; open a new tail after the last event that was handled
   */
  next(max: number, wait: number): Promise<Delivery[]>
  close(): Promise<void>
}

/** How long the server keeps the consumer of a reader that vanished. */
const inactiveNs = 120_000_000_000

/**
 * Starts reading `stream` after sequence `after`.
 * @param options.name part of the consumer's name, for whoever looks at the server
 * @throws {LogUnavailable}
 */
export const openTail = async (
  jetstream: JetStream,
  options: { stream: string; after: number; name: string },
): Promise<Tail> => {
  const { stream, after } = options
  if (!jetstream.isConnected()) throw new LogUnavailable(`${stream} cannot be read: not connected`)
  const name = `${options.name}_${randomBytes(6).toString('hex')}`
  try {
    await jetstream.jsm.consumers.add(stream, {
      name,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: inactiveNs,
    })
  } catch (cause) {
    throw new LogUnavailable(`${stream} cannot be read: ${messageOf(cause)}`, { cause })
  }
  const puller = openPuller(jetstream, stream, name)
  let delivered = 0
  let last = after
  return {
    next: async (max, wait) => {
      const events = await puller.next(max, wait)
      for (const event of events) {
        // Nothing is redelivered without acknowledgements, so what got lost on the way would be lost in silence.
        if (event.deliverySeq !== delivered + 1 || event.seq <= last)
          throw new LogUnavailable(`reading ${stream}: a delivery was lost before ${event.seq}`)
        delivered = event.deliverySeq
        last = event.seq
      }
      return events
    },
    close: async () => {
      puller.close()
      if (jetstream.isConnected()) await jetstream.jsm.consumers.delete(stream, name).catch(() => undefined)
    },
  }
}
