import { z } from 'zod'
import { Hex32, Seq } from './primitives.ts'
import { maxConsumersPerPerson } from './subjects.ts'

const Slot = z
  .int()
  .min(0)
  .max(maxConsumersPerPerson - 1)
  .describe('Which of the own consumers, from 0: one per device')

/**
 * A request on `kez.consumer.<primary>`: the gateway makes, shows and removes the pull consumers of the own inbox, because
 * whoever may create consumers may also send other people's messages where they do not belong (architecture §5).
 */
export const ConsumerRequest = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('create'),
    slot: Slot,
    since: Seq.optional().describe(
      'Begin after this sequence; only when the consumer is made now. Default: the oldest',
    ),
  }),
  z.object({ op: z.literal('info'), slot: Slot }),
  z.object({ op: z.literal('delete'), slot: Slot }),
])
export type ConsumerRequest = z.infer<typeof ConsumerRequest>

/** A consumer of the own inbox: what to pull from, and how far it is. */
export const InboxConsumer = z.object({
  slot: Slot,
  stream: z.string(),
  consumer: z.string(),
  inbox: Hex32.describe('Key of the inbox; `kez.inbox.<inbox>.live` tells that something came'),
  /** Messages that were not delivered yet. */
  pending: z.int(),
  /** Messages that were delivered and not acknowledged yet. */
  unacknowledged: z.int(),
  /** Everything up to here is acknowledged. */
  acknowledged_through: Seq,
})
export type InboxConsumer = z.infer<typeof InboxConsumer>

/** The answer to `delete`; a consumer that is not there is deleted as well. */
export const ConsumerDeleted = z.object({ slot: Slot, deleted: z.literal(true) })
