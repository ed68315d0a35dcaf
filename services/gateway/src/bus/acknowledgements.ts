import { inboxStreamName, PrimaryHex } from '@kez-chat/contracts'
import type { NatsConnection } from '@kez-chat/runtime'
import { z } from 'zod'
import type { ReadNotes } from '../inbox/read-notes.ts'

const Acknowledged = z.object({ consumer: z.string(), stream_seq: z.int().positive() })

/** `p_<inbox>_<slot>` */
const inboxOf = (consumer: string): PrimaryHex | undefined => PrimaryHex.safeParse(consumer.split('_')[1]).data

/** Notes what people's own consumers acknowledge, as the server tells it. One gateway of several gets each. */
export const followAcknowledgements = (
  nc: NatsConnection,
  inboxStreams: number,
  reads: ReadNotes,
): { stop(): void } => {
  const note = (text: string): void => {
    const { consumer, stream_seq } = Acknowledged.parse(JSON.parse(text))
    const inbox = inboxOf(consumer)
    if (inbox) reads.live(inbox, stream_seq)
  }
  const subscriptions = Array.from({ length: inboxStreams }, (_, index) =>
    nc.subscribe(`$JS.EVENT.METRIC.CONSUMER.ACK.${inboxStreamName(index)}.*`, {
      queue: 'gateway',
      callback: (error, message) => {
        if (!error) note(message.string())
      },
    }),
  )
  return {
    stop: () => {
      if (nc.isClosed()) return
      for (const subscription of subscriptions) subscription.unsubscribe()
    },
  }
}
