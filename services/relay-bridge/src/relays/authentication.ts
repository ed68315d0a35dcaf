import { MessageError, type TransportKey } from '@kez-chat/messaging'
import { createAuthEvent } from '@kez-chat/messaging/nostr'

const mostAnswers = 10

/** What is to be done next about proving who reads (NIP-42). */
export type AuthStep = 'nothing' | 'ask_again' | 'refused'

/**
 * Proves to a relay who reads, but only to one that demands it. `send` gets the answers to its challenges.
 */
export const createAuthentication = (options: {
  readonly url: string
  readonly key: TransportKey
  readonly send: (message: readonly unknown[]) => void
  readonly now: () => number
}) => {
  const { url, key, send, now } = options
  let challenge: string | undefined
  let demanded = false
  let awaited: string | undefined
  let known = false
  let answers = 0

  const answer = (): AuthStep => {
    if (challenge === undefined || awaited !== undefined) return 'nothing'
    if (++answers > mostAnswers) return 'refused'
    try {
      const event = createAuthEvent({ relay: url, challenge }, now(), key)
      awaited = event.id
      send(['AUTH', event])
      return 'nothing'
    } catch (error) {
      if (error instanceof MessageError) return 'refused'
      throw error
    }
  }

  return {
    /** The relay has proof of who reads. */
    get known() {
      return known
    },
    challenged: (text: string): AuthStep => {
      challenge = text
      awaited = undefined
      known = false
      return demanded ? answer() : 'nothing'
    },
    /** The relay wants to know who reads before it answers. */
    required: (): AuthStep => {
      if (known) return 'refused'
      demanded = true
      return answer()
    },
    answered: (id: string, accepted: boolean): AuthStep => {
      if (id !== awaited) return 'nothing'
      awaited = undefined
      known = accepted
      return accepted ? 'ask_again' : 'refused'
    },
  }
}
