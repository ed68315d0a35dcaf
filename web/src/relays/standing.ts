import type { RelayState } from '@kez-chat/nostr-client'
import type { Connection } from '../session/connection.ts'

/** How the ways stand all together. */
export type Standing = {
  /** `alone`: no relays are set, and the home server is there. */
  readonly kind: 'live' | 'alone' | 'onlyHome' | 'onlyRelays' | 'connecting' | 'offline'
  /** Relays of the own list that are connected and accept us. */
  readonly connected: number
}

/** What works now, never more than that: a relay counts only once it is connected and accepts us. */
export const standing = ({ state }: Connection, relays: readonly RelayState[]): Standing => {
  const own = relays.filter((relay) => relay.own)
  const connected = own.filter(({ phase }) => phase === 'live').length
  if (state === 'live') {
    if (own.length === 0) return { kind: 'alone', connected }
    return { kind: connected > 0 ? 'live' : 'onlyHome', connected }
  }
  if (state === 'connecting') return { kind: 'connecting', connected }
  if (connected > 0) return { kind: 'onlyRelays', connected }
  // What was tried in vain and is tried again is no news: the first attempt alone lets one hope.
  const hopeful = own.some(({ phase, lastError }) => phase === 'connecting' && lastError === undefined)
  return { kind: hopeful ? 'connecting' : 'offline', connected }
}
