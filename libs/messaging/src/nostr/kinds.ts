/** Profile (NIP-01), kept by relays in its newest version. */
export const KIND_PROFILE = 0
/** Deletion request (NIP-09). */
export const KIND_DELETION = 5
/** Request to vanish (NIP-62). */
export const KIND_VANISH = 62
/** A sealed message (protocol §4). */
export const KIND_MESSAGE = 4242
/** The acknowledgement of a sealed message (protocol §4). */
export const KIND_ACK = 4244
/** The relays somebody writes to and reads from (NIP-65). */
export const KIND_RELAY_LIST = 10002
/** The relays somebody wants messages on (NIP-17). */
export const KIND_INBOX_RELAYS = 10050
/** Authentication to a relay (NIP-42); never stored. */
export const KIND_AUTH = 22242
/** Data of an application under a name of its own, the `d` tag (NIP-78). */
export const KIND_APP_DATA = 30078
