import {
  type ChainEventAppended,
  type ChainId,
  chainSubject,
  type Primary,
  primaryHex,
  streamName,
} from '@kez-chat/contracts'
import { type JetStream, loadLast } from '@kez-chat/eventlog'
import { readSubject } from '@kez-chat/eventlog/messages'
import { type Chain, validateChain } from '@kez-chat/identity'
import { primaryOfChain } from './identifiers.ts'
import { readChainEvent } from './read-chain-event.ts'

/** The end of a chain: its last event, and where that is in the stream; `seq` is 0 while there is none. */
export type ChainEnd = { last: ChainEventAppended | undefined; seq: number }

/** The last event of a chain as every acknowledged append has made it. It alone decides about the next one. */
export const loadChainEnd = async (jetstream: JetStream, id: ChainId): Promise<ChainEnd> => {
  const stored = await loadLast(jetstream, streamName.chains, chainSubject(id))
  return stored ? { last: readChainEvent(stored), seq: stored.seq } : { last: undefined, seq: 0 }
}

/** The whole chain of a key as its owner's word for it; undefined when there is none. It was validated event by event. */
export const loadChain = async (jetstream: JetStream, primary: Primary): Promise<Chain | undefined> => {
  const id: ChainId = { alg: 'ed25519', key: primaryHex(primary) }
  const stored = await readSubject(jetstream, streamName.chains, { subject: chainSubject(id), from: 1 })
  if (stored.length === 0) return undefined
  const events = stored.map((one) => readChainEvent({ ...one, subject: chainSubject(id) }).event)
  return validateChain(events, primaryOfChain(id))
}

/** The event that has the place `seq` in a chain. */
export const findChainEvent = async (
  jetstream: JetStream,
  id: ChainId,
  seq: number,
): Promise<ChainEventAppended | undefined> => {
  const subject = chainSubject(id)
  const stored = await readSubject(jetstream, streamName.chains, { subject, from: 1 })
  const found = stored[seq]
  return found && readChainEvent({ ...found, subject })
}
