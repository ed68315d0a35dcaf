import { relayStored, streamName } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { countMessages } from '@kez-chat/eventlog/messages'

/** Most messages and acks of the last seven days that the relay keeps for one person. */
export const maxMail = 5_000
const freshFor = 60_000
const maxKnown = 10_000

/** How much mail the relay has for whom, so that nobody's fills its store. As counted within the last minute, and kept up. */
export const createMailCounts = (jetstream: JetStream, { most = maxMail, now = Date.now } = {}) => {
  const known = new Map<string, { at: number; count: number }>()
  return {
    /** @throws {LogUnavailable} */
    hasRoom: async (address: string): Promise<boolean> => {
      let entry = known.get(address)
      if (!entry || now() - entry.at > freshFor) {
        entry = {
          at: now(),
          count: await countMessages(jetstream, streamName.relayMail, relayStored.mail(address, '*', '*')),
        }
        const oldest = known.size >= maxKnown ? known.keys().next() : undefined
        if (oldest?.done === false) known.delete(oldest.value)
        known.delete(address)
        known.set(address, entry)
      }
      return entry.count < most
    },
    stored: (address: string): void => {
      const entry = known.get(address)
      if (entry) entry.count += 1
    },
  }
}

export type MailCounts = ReturnType<typeof createMailCounts>
