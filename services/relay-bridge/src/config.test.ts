import { ConfigError } from '@kez-chat/runtime'
import { expect, it } from 'vitest'
import { loadConfig } from './config.ts'

const good = { KEZ_RELAY_BRIDGE_NATS_SEED_FILE: '/keys/relay-bridge.nk' }
const relaysOf = (text: string) => loadConfig({ ...good, KEZ_RELAYS: text }).config.relays

it('listens on the five public relays unless told otherwise', () => {
  expect(loadConfig(good).config).toMatchObject({
    relays: [
      'wss://relay.damus.io',
      'wss://nos.lol',
      'wss://relay.primal.net',
      'wss://relay.snort.social',
      'wss://nostr.wine',
    ],
    relayFeedFrom: 2_000,
    duplicateWindowHours: 50,
  })
  expect(relaysOf('none')).toEqual([])
})

it('takes each relay once, in its one spelling, and plain ones on the loopback alone', () => {
  expect(
    relaysOf(' WSS://Relay.Example.org:443/ , wss://relay.example.org,ws://127.0.0.1:7777/x/,ws://[::1]:1'),
  ).toEqual(['wss://relay.example.org', 'ws://127.0.0.1:7777/x', 'ws://[::1]:1'])
})

const problemsOf = (text: string): readonly string[] => {
  try {
    relaysOf(text)
    return []
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)]
  }
}

it.each([
  'ws://relay.example.org',
  'ws://127.0.0.1.example.org',
  'https://relay.example.org',
  'wss://user:password@relay.example.org',
  'wss://relay.example.org?key=1',
  'wss://relay.example.org,none',
])('does not take %s for a relay, and says what one looks like', (text) => {
  const problem = 'must be wss:// URLs (ws:// on the loopback alone), comma-separated, or none'
  expect(problemsOf(text)).toEqual([`KEZ_RELAYS ${problem}, got "${text}"`])
})

it('takes at most 32 relays', () => {
  const text = Array.from({ length: 33 }, (_, i) => `wss://r${i}.example`).join(',')
  expect(problemsOf(text)).toEqual([`KEZ_RELAYS must be at most 32 relays, got "${text}"`])
})
