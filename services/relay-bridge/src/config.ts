import { MessageError } from '@kez-chat/messaging'
import { normalizeRelayUrl } from '@kez-chat/messaging/nostr'
import {
  kind,
  type Loaded,
  loadSettings,
  mailboxSettings,
  type Settings,
  serviceSettings,
  setting,
} from '@kez-chat/runtime'
import { homeRelaySettings } from './home-relay/settings.ts'

/** Protocol §4. */
const publicRelays = ['relay.damus.io', 'nos.lol', 'relay.primal.net', 'relay.snort.social', 'nostr.wine']
const maxRelays = 32

const loopback = /^ws:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)/

/** The one spelling of a relay's URL, or undefined: it must be `wss:`, or `ws:` on the loopback, without a query. */
const relayUrl = (text: string): string | undefined => {
  try {
    const url = normalizeRelayUrl(text)
    return !url.includes('?') && (url.startsWith('wss://') || loopback.test(url)) ? url : undefined
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}

const relays = kind.text
  .transform((text) => {
    const named = text.split(',').map((part) => part.trim())
    return text.trim() === 'none' ? [] : named.filter((part) => part !== '').map(relayUrl)
  })
  .refine(
    (urls): urls is string[] => !urls.includes(undefined),
    'must be wss:// URLs (ws:// on the loopback alone), comma-separated, or none',
  )
  .refine((urls) => urls.length <= maxRelays, `must be at most ${maxRelays} relays`)
  .transform((urls) => [...new Set(urls)])

export const settings = {
  ...serviceSettings('relay-bridge'),
  ...mailboxSettings,
  ...homeRelaySettings,
  relays: setting({
    env: 'KEZ_RELAYS',
    flag: '--relays',
    description: 'Nostr relays that are listened on for registered people, comma-separated, or none.',
    schema: relays,
    default: publicRelays.map((host) => `wss://${host}`).join(','),
  }),
  relayFeedFrom: setting({
    env: 'KEZ_RELAY_FEED_FROM',
    flag: '--relay-feed-from',
    description: 'From how many people on relays are asked for all chat events instead of those of each person.',
    schema: kind.whole(0, 1_000_000_000),
    default: '2000',
    unit: 'people',
  }),
  relayVerifyThreads: setting({
    env: 'KEZ_RELAY_VERIFY_THREADS',
    flag: '--relay-verify-threads',
    description: 'Threads that verify the signatures of events from relays.',
    schema: kind.whole(1, 64),
    default: '1',
    unit: 'threads',
  }),
  relayKeyFile: setting({
    env: 'KEZ_RELAY_KEY_FILE',
    flag: '--relay-key-file',
    description: 'File with the seed of the nostr key for relays that demand one; made when there is none.',
    schema: kind.text,
    default: 'relay-bridge.key',
    namesSecret: true,
  }),
} satisfies Settings

export type RelayBridgeConfig = Loaded<typeof settings>

/** The service's secrets are files (NATS seed, nostr key) that are read at the start. */
export type RelayBridgeSecrets = Readonly<Record<string, never>>

export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
): { config: RelayBridgeConfig; secrets: RelayBridgeSecrets } => ({ config: loadSettings(settings, env), secrets: {} })
