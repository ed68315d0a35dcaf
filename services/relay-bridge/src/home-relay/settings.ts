import { kind, type Loaded, setting, streamSettings } from '@kez-chat/runtime'

export const homeRelaySettings = {
  relayMailBytes: streamSettings.relayMailBytes,
  relayListBytes: streamSettings.relayListBytes,
  relayEventsPerMinute: setting({
    env: 'KEZ_RELAY_EVENTS_PER_MINUTE',
    flag: '--relay-events-per-minute',
    description: 'Events one client address may send to the home relay per minute, and at once.',
    schema: kind.whole(1, 1_000_000_000),
    default: '600',
    unit: 'per minute',
  }),
  relayQuestionsPerMinute: setting({
    env: 'KEZ_RELAY_QUESTIONS_PER_MINUTE',
    flag: '--relay-questions-per-minute',
    description:
      'Subscriptions and authentications one client address may ask of the home relay per minute, and at once.',
    schema: kind.whole(1, 1_000_000_000),
    default: '600',
    unit: 'per minute',
  }),
  relayBridgeSessions: setting({
    env: 'KEZ_RELAY_BRIDGE_SESSIONS',
    flag: '--relay-bridge-sessions',
    description: 'Connections to the home relay that one replica of the bridge holds.',
    schema: kind.whole(1, 1_000_000),
    default: '10000',
    unit: 'connections',
  }),
}

export type HomeRelayConfig = Loaded<typeof homeRelaySettings>
