import { ChainEventAppended, type ChainId, chainSubject, streamName } from '@kez-chat/contracts'
import { type JetStream, PoisonEvent } from '@kez-chat/eventlog'
import { readFromLeader, readSubject, type StoredMessage } from '@kez-chat/eventlog/messages'

const decode = ({ seq, data }: StoredMessage): ChainEventAppended => {
  const parsed = ChainEventAppended.safeParse(JSON.parse(new TextDecoder().decode(data)))
  if (!parsed.success) throw new PoisonEvent(`event ${seq} of the sigchains is not one this version knows`)
  return parsed.data
}

/** Sigchains as they are in the log. The gateway only reads them; the registry appends. */
export type Chains = {
  /** The last event of a chain, from the leader: it includes every append that was answered. @throws {LogUnavailable} */
  end(id: ChainId): Promise<ChainEventAppended | undefined>
  /** Every event of a chain in order; its length and size are limited. @throws {LogUnavailable} */
  all(id: ChainId): Promise<ChainEventAppended[]>
}

export const openChains = (jetstream: JetStream): Chains => ({
  end: async (id) => {
    const stored = await readFromLeader(jetstream, streamName.chains, { last_by_subj: chainSubject(id) })
    return stored && decode(stored)
  },
  all: async (id) =>
    (await readSubject(jetstream, streamName.chains, { subject: chainSubject(id), from: 1 })).map(decode),
})
