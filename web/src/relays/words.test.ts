import type { RelayState } from '@kez-chat/nostr-client'
import { describe, expect, it } from 'vitest'
import { relayWords, shortStanding } from './words.ts'

const relay: RelayState = { url: 'wss://a.example.org', own: true, phase: 'live', since: 0 }

describe('how a relay stands', () => {
  it.each<[Partial<RelayState>, string]>([
    [{}, 'Connected'],
    [{ latencyMs: 41.6 }, 'Connected, answers in 42 ms'],
    [{ phase: 'connecting', lastError: 'not connected' }, 'Connecting…'],
    [{ phase: 'backing_off', lastError: 'not connected' }, 'Not reached, tried again by itself'],
    [{ phase: 'backing_off', lastError: 'floods' }, 'Not reached, tried again by itself. It sent what it should not.'],
    [
      { phase: 'auth_refused', lastError: 'restricted: not one of ours' },
      'Connected, but it does not accept you. It takes only from people it knows. It says: “not one of ours”',
    ],
    [{ notice: 'closing at noon' }, 'Connected. It says: “closing at noon”'],
  ])('%o is told in words', (facts, words) => {
    expect(relayWords({ ...relay, ...facts }, false)).toBe(words)
  })

  it('that the page may not connect to is not called unreachable', () => {
    expect(relayWords({ ...relay, phase: 'backing_off', lastError: 'not connected' }, true)).toMatch(
      /do not let the page/,
    )
  })
})

describe('the head of the list', () => {
  it('names the one way that is left, and never counts what is not connected', () => {
    expect(shortStanding({ kind: 'live', connected: 2 })).toBe('Live (2)')
    expect(shortStanding({ kind: 'alone', connected: 0 })).toBe('Live')
    expect(shortStanding({ kind: 'onlyHome', connected: 0 })).toBe('Home server only')
    expect(shortStanding({ kind: 'onlyRelays', connected: 3 })).toBe('Relays only (3)')
    expect(shortStanding({ kind: 'offline', connected: 0 })).toBe('Offline')
  })
})
