import type { TransportKey } from '@kez-chat/messaging'
import { createAuthEvent, KIND_INBOX_RELAYS, KIND_RELAY_LIST } from '@kez-chat/messaging/nostr'
import { createRelayPool, type RelayState, verifyHere } from '@kez-chat/nostr-client'

const patience = 8_000

export type RelayTest = {
  readonly ok: boolean
  /** Ms from the question to the whole answer. */
  readonly tookMs: number
  /** How it stood at the end: `phase`, and in its own words why not. */
  readonly state: RelayState | undefined
}

/**
 * Whether a relay answers us: connects, asks for our own relay lists and counts the time. Nothing is published. Throws
 * MessageError `malformed` for what is no relay's URL.
 */
export const testRelay = async (url: string, key: TransportKey): Promise<RelayTest> => {
  const pool = createRelayPool({
    ...{ relays: [url], verify: verifyHere },
    signAuth: (relay, challenge) => createAuthEvent({ relay, challenge }, Date.now(), key),
  })
  try {
    const began = performance.now()
    const own = [{ kinds: [KIND_RELAY_LIST, KIND_INBOX_RELAYS], authors: [key.publicKey] }]
    await pool.query(own, { withinMs: patience, most: 4 })
    const [state] = pool.states()
    return { ok: state?.phase === 'live', tookMs: Math.round(performance.now() - began), state }
  } finally {
    pool.stop()
  }
}
