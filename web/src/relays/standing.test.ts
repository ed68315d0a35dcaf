import type { RelayState } from '@kez-chat/nostr-client'
import { describe, expect, it } from 'vitest'
import { type Standing, standing } from './standing.ts'

const relay = (phase: RelayState['phase'], own = true): RelayState => ({
  url: 'wss://a.example.org',
  own,
  phase,
  since: 0,
})

describe('how the ways stand', () => {
  it.each<[string, 'live' | 'connecting' | 'offline', RelayState[], Standing]>([
    ['all is well', 'live', [relay('live'), relay('backing_off')], { kind: 'live', connected: 1 }],
    ['no relays are set', 'live', [], { kind: 'alone', connected: 0 }],
    ['no relay is reached', 'live', [relay('backing_off')], { kind: 'onlyHome', connected: 0 }],
    ['a relay that refuses us is no way', 'live', [relay('auth_refused')], { kind: 'onlyHome', connected: 0 }],
    ['a relay of somebody else does not count', 'live', [relay('live', false)], { kind: 'alone', connected: 0 }],
    ['the home server is away', 'offline', [relay('live'), relay('live')], { kind: 'onlyRelays', connected: 2 }],
    ['nothing is reached', 'offline', [relay('backing_off')], { kind: 'offline', connected: 0 }],
    [
      'a relay is tried again in vain',
      'offline',
      [{ ...relay('connecting'), lastError: 'not connected' }],
      { kind: 'offline', connected: 0 },
    ],
    ['nothing is reached yet', 'offline', [relay('connecting')], { kind: 'connecting', connected: 0 }],
    ['the home server is being asked', 'connecting', [relay('live')], { kind: 'connecting', connected: 1 }],
  ])('%s', (_what, state, relays, expected) => {
    expect(standing({ state }, relays)).toEqual(expected)
  })
})
