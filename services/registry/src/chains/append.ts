import {
  type AppendChainCommand,
  type ChainEventAppended,
  type ChainHead,
  chainHeadOf,
  chainSubject,
  DomainError,
  Primary,
  primaryHex,
} from '@kez-chat/contracts'
import { type JetStream, PoisonEvent } from '@kez-chat/eventlog'
import { envelopeHash } from '@kez-chat/identity'
import type { CommandContext } from '@kez-chat/runtime'
import { z } from 'zod'
import { appendDecided } from '../log/append-decided.ts'
import type { Metrics } from '../metrics.ts'
import type { Settlement } from '../rotations/settle.ts'
import { decideAppend } from './decide.ts'
import { type ChainEnd, findChainEvent, loadChainEnd } from './load.ts'
import { checkSuccessor, loadSuccessor, type Successor } from './successor.ts'

export type ChainKeeper = { jetstream: JetStream; settlement: Settlement; metrics: Metrics }

type Loaded = ChainEnd & { successor: Successor }

const PlaceInside = z.object({ payload: z.object({ seq: z.int().min(0) }) })

/** What an event that was taken in before meets: its place is taken, perhaps by the end of the chain. */
const placeTaken = new Set(['chain_conflict', 'identity_ended'])

/**
 * Appends one signed event to the chain of the key that signed it. Of two with the same place one is appended and the
 * other hears `chain_conflict`; the very same event again gets the answer that it got the first time.
 */
export const createAppendChain =
  ({ jetstream, settlement, metrics }: ChainKeeper) =>
  async (command: AppendChainCommand, { traceparent }: CommandContext): Promise<ChainHead> => {
    const { event, ...id } = command
    try {
      const { state, appended } = await appendDecided<Loaded, ChainEventAppended>(jetstream, metrics.appendSeconds, {
        load: async () => {
          const [end, successor] = await Promise.all([loadChainEnd(jetstream, id), loadSuccessor(jetstream, id, event)])
          return { ...end, successor }
        },
        decide: ({ last, successor }) => {
          const appending = decideAppend(id, last, event, Date.now())
          checkSuccessor(appending, successor)
          return [appending]
        },
        place: (_, { seq }) => ({ subject: chainSubject(id), expectedSeq: seq }),
        traceparent,
      })
      const last = appended.at(-1)?.event ?? state.last
      if (!last) throw new PoisonEvent('an append left its chain empty')
      return await finish(settlement, last, traceparent)
    } catch (error) {
      if (!(error instanceof DomainError && placeTaken.has(error.code))) throw error
      const before = await appendedBefore(jetstream, command)
      if (!before) throw error
      return await finish(settlement, before, traceparent)
    }
  }

/** The end of a chain is answered only when the handle of its key has followed. */
const finish = async (settlement: Settlement, last: ChainEventAppended, traceparent: string): Promise<ChainHead> => {
  const chatKey = Primary.safeParse(last.primary)
  if (last.status !== 'active' && chatKey.success) await settlement.primary(primaryHex(chatKey.data), traceparent)
  return chainHeadOf(last)
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
