import { type MessagingKey, messagingKeyFromSeed, type TransportKey, transportKeyFromSeed } from '@kez-chat/messaging'
import type { Chance } from './chance.ts'

/** Who somebody is. */
export interface Identity {
  readonly key: MessagingKey
  readonly transportKey: TransportKey
  readonly handle: string
  /** The domain of the home server. */
  readonly server: string
}

export const drawIdentity = (chance: Chance, handle: string, server: string): Identity => {
  const seed = chance.bytes(32)
  return { key: messagingKeyFromSeed(seed), transportKey: transportKeyFromSeed(seed), handle, server }
}
