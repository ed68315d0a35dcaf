import {
  type AppendChainCommand,
  type ChainEventAppended,
  type ChainHead,
  chainHeadOf,
  chainSubject,
  DomainError,
} from '@kez-chat/contracts'
import { type JetStream, PoisonEvent } from '@kez-chat/eventlog'
import { envelopeHash } from '@kez-chat/identity'
import type { CommandContext } from '@kez-chat/runtime'
import { z } from 'zod'
import { appendDecided } from '../log/append-decided.ts'
import type { Metrics } from '../metrics.ts'
import { decideAppend } from './decide.ts'
import { type ChainEnd, findChainEvent, loadChainEnd } from './load.ts'

export type ChainKeeper = { jetstream: JetStream; metrics: Metrics }

const PlaceInside = z.object({ payload: z.object({ seq: z.int().min(0) }) })

/** What an event that was taken in before meets: its place is taken, perhaps by the end of the chain. */
const placeTaken = new Set(['chain_conflict', 'identity_ended'])

/**
 * Appends one signed event to the chain of the key that signed it. Of two with the same place one is appended and the
 * other hears `chain_conflict`; the very same event again gets the answer that it got the first time.
 */
export const createAppendChain =
  ({ jetstream, metrics }: ChainKeeper) =>
  async (command: AppendChainCommand, { traceparent }: CommandContext): Promise<ChainHead> => {
    const { event, ...id } = command
    try {
      const { state, appended } = await appendDecided<ChainEnd, ChainEventAppended>(jetstream, metrics.appendSeconds, {
        load: () => loadChainEnd(jetstream, id),
        decide: ({ last }) => [decideAppend(id, last, event, Date.now())],
        place: (_, { seq }) => ({ subject: chainSubject(id), expectedSeq: seq }),
        traceparent,
      })
      const last = appended.at(-1)?.event ?? state.last
      if (!last) throw new PoisonEvent('an append left its chain empty')
      return chainHeadOf(last)
    } catch (error) {
      if (!(error instanceof DomainError && placeTaken.has(error.code))) throw error
      const before = await appendedBefore(jetstream, command)
      if (!before) throw error
      return chainHeadOf(before)
    }
  }

const appendedBefore = async (
  jetstream: JetStream,
  { event, ...id }: AppendChainCommand,
): Promise<ChainEventAppended | undefined> => {
  const place = PlaceInside.safeParse(event)
  if (!place.success) return undefined
  const { seq } = place.data.payload
  const { last } = await loadChainEnd(jetstream, id)
  if (!last || seq > last.seq) return undefined
  const there = seq === last.seq ? last : await findChainEvent(jetstream, id, seq)
  return there?.hash === envelopeHash(event) ? there : undefined
}
