import { relayStored, streamName } from '@kez-chat/contracts'
import { type JetStream, LogUnavailable } from '@kez-chat/eventlog'
import { noRoom, readFromLeader, StoreRefused, storeMessage, wrongLastSequence } from '@kez-chat/eventlog/messages'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { decodeEvent, encodeEvent } from './stored-event.ts'

/** `stored` and `duplicate` are on disk; `older` is not, because a newer event of the kind is; `full`: the stream has no room. */
export type Stored = 'stored' | 'duplicate' | 'older' | 'full'

const maxAttempts = 8

/** NIP-01: of two events for one place the later one stays, and of the same time the one with the lower id. */
export const replaces = (event: NostrEvent, kept: NostrEvent): boolean =>
  event.created_at > kept.created_at || (event.created_at === kept.created_at && event.id < kept.id)

/** Writes events where the relay's streams keep them; what it calls stored is on disk. */
export const createStore = (jetstream: JetStream) => {
  const { nc } = jetstream

  const write = async (subject: string, event: NostrEvent, expectedLastSeq: number): Promise<Stored | 'conflict'> => {
    try {
      await storeMessage(nc, subject, encodeEvent(event), { expectedLastSeq })
      return 'stored'
    } catch (error) {
      if (!(error instanceof StoreRefused)) throw error
      if (error.code === wrongLastSequence) return 'conflict'
      if (error.code === noRoom) return 'full'
      throw new LogUnavailable(error.message, { cause: error })
    }
  }

  return {
    /** @throws {LogUnavailable} */
    putMail: async (address: string, event: NostrEvent): Promise<Stored> => {
      const stored = await write(relayStored.mail(address, event.pubkey, event.id), event, 0)
      return stored === 'conflict' ? 'duplicate' : stored
    },

    /**
     * Keeps the event as the last of its subject, unless what is there is newer.
     * @throws {LogUnavailable}
     */
    putLast: async (subject: string, event: NostrEvent): Promise<Stored> => {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const last = await readFromLeader(jetstream, streamName.relayLists, { last_by_subj: subject })
        const kept = last && decodeEvent(last)
        if (kept?.id === event.id) return 'duplicate'
        if (kept && !replaces(event, kept)) return 'older'
        const stored = await write(subject, event, last?.seq ?? 0)
        if (stored !== 'conflict') return stored
      }
      throw new LogUnavailable('others keep writing the same list')
    },
  }
}

export type Store = ReturnType<typeof createStore>
