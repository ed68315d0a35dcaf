import { relayLimits } from '@kez-chat/contracts'

/** What the relay says of itself (NIP-11). */
export const relayInformation = ({ server, version }: { server: string; version: string }) => ({
  name: `kez-chat relay of ${server}`,
  description: `Messages for people registered at ${server}, and their profiles and relay lists.`,
  supported_nips: [1, 9, 11, 40, 42, 62],
  software: 'kez-chat',
  version,
  limitation: {
    max_message_length: relayLimits.frameBytes,
    max_subscriptions: relayLimits.subscriptions,
    max_subid_length: relayLimits.subscriptionIdLength,
    max_limit: relayLimits.limit,
    default_limit: relayLimits.limit,
    max_event_tags: relayLimits.eventTags,
    max_content_length: relayLimits.eventBytes,
    auth_required: false,
    payment_required: false,
    restricted_writes: true,
    created_at_lower_limit: relayLimits.oldest,
    created_at_upper_limit: relayLimits.newest,
  },
})
