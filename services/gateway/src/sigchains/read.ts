import { ChainEventAppended, type ChainId, chainSubject, DomainError, streamName } from '@kez-chat/contracts'
import { type JetStream, PoisonEvent } from '@kez-chat/eventlog'
import { createCoalescedReads, readFromLeader, readSubject, type StoredMessage } from '@kez-chat/eventlog/messages'

const decode = ({ seq, data }: StoredMessage): ChainEventAppended => {
  const parsed = ChainEventAppended.safeParse(JSON.parse(new TextDecoder().decode(data)))
  if (!parsed.success) throw new PoisonEvent(`event ${seq} of the sigchains is not one this version knows`)
  return parsed.data
}

/** Sigchains as they are in the log. The gateway only reads them; the registry appends. */
export type Chains = {
  /** The last event of a chain, from the leader: it includes every append that was answered. @throws {DomainError} `unavailable` */
  end(id: ChainId): Promise<ChainEventAppended | undefined>
  /** Every event of a chain in order; its length and size are limited. @throws {DomainError} `unavailable` */
  all(id: ChainId): Promise<ChainEventAppended[]>
}

/** More chains being read at once than the log should have to bear. */
const maxReads = 512

const unavailable = (cause: unknown): never => {
  throw new DomainError('unavailable', 'sigchains cannot be read right now; try again soon', { cause, retryAfter: 2 })
}

export const openChains = (jetstream: JetStream): Chains => {
  const readEnd = createCoalescedReads(maxReads, async (subject: string) => {
    const stored = await readFromLeader(jetstream, streamName.chains, { last_by_subj: subject })
    return stored && decode(stored)
  })
  return {
    end: (id) => readEnd(chainSubject(id)).catch(unavailable),
    all: async (id) => {
      const range = { subject: chainSubject(id), from: 1 }
      return (await readSubject(jetstream, streamName.chains, range).catch(unavailable)).map(decode)
    },
  }
}
