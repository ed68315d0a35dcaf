import { type Arrival, type MessagingKey, type OpenedMessage, open } from '@kez-chat/messaging'

/**
 * Opens a sealed message (version 2) with the key of the courier's owner: `open` of `@kez-chat/messaging`, wherever it runs.
 * Rejects with MessageError as that does.
 */
export type OpenMessage = (envelope: unknown, arrival: Arrival) => Promise<OpenedMessage>

/** Opens messages where it is called, a few milliseconds each. An app with a worker brings its own. */
export const openHere =
  (key: MessagingKey): OpenMessage =>
  (envelope, arrival) =>
    open(envelope, key, arrival)
