import { type JsonRecord, jcsBytes, toHex } from '@kez-chat/identity'
import { sha256 } from '@noble/hashes/sha2.js'

/** How much talk there is, and a hash of all of it. */
export type HistorySummary = {
  readonly conversations: number
  readonly messages: number
  /** SHA-256, hex. */
  readonly sha256: string
}

export type HistoryDigest = {
  /** Counts a conversation. */
  conversation(): void
  /** Takes a message: with whom, its id, when it was sent, whether it is the own, and what it says. */
  message(message: JsonRecord): void
  summary(): HistorySummary
}

/** What makes a message the same one in two places; how far it got and which way it came may differ. */
const identityOf = ({ with: peer, id, at, own, body }: JsonRecord): JsonRecord => ({
  ...{ with: peer ?? null, id: id ?? null, at: at ?? null, own: own ?? null, body: body ?? null },
})

/**
 * A hash of a history that does not depend on the order of its conversations: SHA-256 over the sorted SHA-256s of its
 * messages. So a person can compare what was exported with what arrived, wherever that is.
 */
export const createHistoryDigest = (): HistoryDigest => {
  const hashes: string[] = []
  let conversations = 0
  return {
    conversation: () => {
      conversations++
    },
    message: (message) => {
      hashes.push(toHex(sha256(jcsBytes(identityOf(message), { maxBytes: 2 << 20 }))))
    },
    summary: () => {
      const whole = sha256.create()
      for (const hash of hashes.sort()) whole.update(new TextEncoder().encode(`${hash}\n`))
      return { conversations, messages: hashes.length, sha256: toHex(whole.digest()) }
    },
  }
}
