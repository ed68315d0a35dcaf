import { createHash } from 'node:crypto'
import { Primary, primaryHex, streamName } from '@kez-chat/contracts'
import {
  type EnsuredStream,
  type JetStream,
  type Reaction,
  type ReactionObserver,
  startReaction,
} from '@kez-chat/eventlog'
import { continueTrace, inSpanOf, type Log, processed } from '@kez-chat/runtime'
import { readChainEvent } from '../chains/read-chain-event.ts'
import type { Settlement } from './settle.ts'

/**
 * Follows the sigchains and settles the handle of every key whose chain has ended, should the command that ended it not
 * have come to that. The position is named after the creation of `IDENTITY`: one that was restored, perhaps without the
 * last rebindings, gets them again.
 */
export const settleEndedChains = (
  jetstream: JetStream,
  {
    settlement,
    identity,
    observer,
    log,
  }: { settlement: Settlement; identity: EnsuredStream; observer: ReactionObserver; log: Log },
): Reaction => {
  const life = createHash('sha256').update(identity.created).digest('hex').slice(0, 12)
  return startReaction(jetstream, {
    stream: streamName.chains,
    durable: `settlement_${life}`,
    filter: 'chain.*.*',
    deadLetters: 'settlement',
    observer,
    log,
    handle: async (stored, isLive) => {
      const { status, primary } = readChainEvent(stored)
      const chatKey = Primary.safeParse(primary)
      if (status === 'active' || !chatKey.success) return
      const traceparent = stored.headers.traceparent?.[0]
      await inSpanOf({ traceparent, isLive }, processed('CHAINS'), (span) =>
        settlement.primary(primaryHex(chatKey.data), span.traceparent ?? continueTrace(traceparent, isLive)),
      )
    },
  })
}
