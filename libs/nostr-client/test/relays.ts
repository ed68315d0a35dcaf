import { createAuthorKey, type TransportKey } from '@kez-chat/messaging'
import { createAuthEvent, type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import { type FaultyRelay, type FaultyRelayOptions, startFaultyRelay } from '@kez-chat/testkit'
import { onTestFinished } from 'vitest'
import { createRelayPool, type PoolOptions, type RelayLimits, type RelayPool, verifyHere } from '../src/index.ts'

/** Short enough for tests that wait for them, long enough for a busy machine where nothing is to go wrong. */
export const brisk: Partial<RelayLimits> = { shortestPauseMs: 50, longestPauseMs: 500 }

export const startRelay = async (options: FaultyRelayOptions = {}): Promise<FaultyRelay> => {
  const relay = await startFaultyRelay(options)
  onTestFinished(relay.stop)
  return relay
}

export const startRelays = (count: number): Promise<FaultyRelay[]> =>
  Promise.all(Array.from({ length: count }, () => startRelay()))

export const transportKey = createAuthorKey()

export const poolOf = (relays: readonly FaultyRelay[], options: Partial<PoolOptions> = {}): RelayPool => {
  const pool = createRelayPool({
    relays: relays.map(({ url }) => url),
    verify: verifyHere,
    signAuth: (relay, challenge) => createAuthEvent({ relay, challenge }, Date.now(), transportKey),
    ...options,
    limits: { ...brisk, ...options.limits },
  })
  onTestFinished(pool.stop)
  return pool
}

let count = 0
/** An event of the message kind that nobody has seen before. */
export const newEvent = ({
  at = Date.now(),
  author = createAuthorKey(),
}: {
  at?: number
  author?: TransportKey
} = {}): NostrEvent =>
  signEvent({ kind: 4242, tags: [['q', 'ab'.repeat(32)]], content: `event ${++count}` }, at, author)

export const toMe = { kinds: [4242], '#q': ['ab'.repeat(32)] }

/** Follows and collects ids in the order they are handed over. */
export const collect = (pool: RelayPool, lookBackMs = 48 * 3_600_000): string[] => {
  const ids: string[] = []
  pool.follow({ filters: [toMe], lookBackMs, onEvent: (event) => void ids.push(event.id) })
  return ids
}

export const live = (pool: RelayPool): number => pool.states().filter(({ phase }) => phase === 'live').length
