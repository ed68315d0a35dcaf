import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf } from '../address.ts'
import { MessageError } from '../errors.ts'
import { messagingKeyFromSeed } from '../messaging-key.ts'
import { createAuthorKey } from '../transport-key.ts'
import { readAckEvent } from './ack-event.ts'
import { checkAuthEvent } from './auth-event.ts'
import { checkAckEvent } from './check-ack.ts'
import type { NostrEvent } from './event.ts'
import { checkEventTime } from './event-time.ts'
import { readInboxRelays, readRelayList, relaysToReach } from './relay-list.ts'
import { isPublicRelayUrl } from './relay-url.ts'
import { verifyNostrEvent } from './sign-event.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1)).primary
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2)).primary
const now = Date.parse('2026-05-25T03:00:00Z')
const { publicKey } = createAuthorKey()
const eventId = 'ab'.repeat(32)

const name = fc.constantFrom('e', 'p', 'q', 'kez-sig', 'r', 'relay', 'challenge', 'expiration', 'd', '')
const value = fc.oneof(
  fc.constantFrom(
    eventId,
    publicKey,
    addressOf(alice),
    'cd'.repeat(64),
    'wss://a.org',
    'wss://10.0.0.1',
    'read',
    'c1',
    '0',
  ),
  fc.webUrl(),
  fc.string({ maxLength: 20 }),
)
const sound = ['e', 'p', 'q', 'kez-sig'].map((tag, i) => [
  tag,
  [eventId, publicKey, addressOf(alice), 'cd'.repeat(64)][i] ?? '',
])
const tags = fc.oneof(
  fc.array(
    fc.tuple(name, value, value).map((tag): string[] => tag),
    { maxLength: 40 },
  ),
  fc.shuffledSubarray(sound, { minLength: 3 }),
)
const event: fc.Arbitrary<NostrEvent> = fc.record({
  id: fc.constant(eventId),
  pubkey: fc.constant(publicKey),
  sig: fc.constant('ef'.repeat(64)),
  created_at: fc.constantFrom(0, now / 1_000, now / 500),
  kind: fc.constantFrom(4242, 4244, 10_002, 10_050, 22_242),
  content: fc.string(),
  tags,
})

const awaited = { eventIds: [eventId], own: alice, peer: bob, peerTransportKey: publicKey, now }
const migrationUntil = '2027-01-01T00:00:00Z'

describe('any event of sound shape', () => {
  it('is read within the bounds or refused with an error of this library, and never believed unsigned', () => {
    const readers: ((event: NostrEvent) => unknown)[] = [
      readAckEvent,
      readRelayList,
      readInboxRelays,
      (one) => checkEventTime(one, now),
      (one) => checkAuthEvent(one, { relay: 'wss://a.org', challenge: 'c1' }, now),
      (one) => checkAckEvent(one, awaited),
      (one) => checkAckEvent(one, { ...awaited, migrationUntil }),
      verifyNostrEvent,
    ]
    let read = 0
    let unverified = 0
    fc.assert(
      fc.property(event, (one) => {
        for (const reader of readers) {
          try {
            const answer = reader(one)
            read++
            expect(answer).not.toBe('verified')
            if (answer === 'unverified') unverified++
            if (Array.isArray(answer)) expect(answer.length).toBeLessThanOrEqual(32)
          } catch (error) {
            expect(error).toBeInstanceOf(MessageError)
          }
        }
        const lists = {
          ...(one.kind === 10_002 ? { relayList: one } : {}),
          ...(one.kind === 10_050 ? { inboxRelays: one } : {}),
        }
        const reached = relaysToReach(lists)
        expect(reached.length <= 4 && reached.every(isPublicRelayUrl)).toBe(true)
      }),
      { numRuns: 1_000, seed: 4 },
    )
    expect(read).toBeGreaterThan(500)
    expect(unverified).toBeGreaterThan(0)
  })
})
