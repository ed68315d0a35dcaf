import { createMemoryReplayStore } from '@kez-chat/messaging'
import { createMemoryStore } from '../../src/index.ts'
import type { Plant } from '../plant.ts'

const KEPT_LATER_MS = 60_000

export const memoryPlants = {
  'kept-later': {
    says: 'a message is acknowledged before it is kept',
    inbox: (inbox, { process }) => ({
      take: async (message) => {
        process.timing.after(KEPT_LATER_MS, () => void inbox.take(message))
        return true
      },
    }),
  },
  'guard-forgotten': {
    says: 'the replay guard forgets at a restart',
    caughtBy: 2,
    inbox: (inbox, { disk }) => {
      disk.guard.clear()
      return inbox
    },
    stores: (stores) => ({ ...stores, seenEvents: { load: async () => [], save: async () => undefined } }),
  },
  'by-event-only': {
    says: 'doubles are known by the id of the event only',
    inbox: (inbox, { disk }) => {
      const seen = new Set<string>()
      return {
        take: async (message) => {
          const id = message.event?.id ?? message.outerId
          const { from, innerId } = message.seen
          if (!seen.has(id)) disk.guard.delete(`${from}/${innerId}`)
          seen.add(id)
          return inbox.take(message)
        },
      }
    },
  },
  'outgoing-in-memory': {
    says: 'what is on its way is forgotten at a restart',
    caughtBy: 2,
    stores: (stores) => ({ ...stores, outgoing: createMemoryStore() }),
  },
  'acks-in-memory': {
    says: 'acknowledgements that are to be sent are forgotten at a restart',
    caughtBy: 2,
    stores: (stores) => ({ ...stores, acks: createMemoryStore() }),
  },
  'acks-twice': {
    says: 'every copy is acknowledged',
    caughtBy: 9,
    stores: (stores) => ({
      ...stores,
      acknowledged: { ...createMemoryReplayStore(), has: async () => false, add: async () => true },
    }),
  },
} satisfies Record<string, Plant>
