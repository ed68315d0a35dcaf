import { parsePrimary } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'
import { initNostrWasm, type Nostr } from 'nostr-wasm'
import { nextEnvelope } from '../posts/envelope.ts'

export type SignedEvent = Parameters<Nostr['verifyEvent']>[0]

/** Makes messages as relays carry them, each by a fresh author. */
export const createEvents = async (): Promise<{
  next(primaryHex: string): SignedEvent
  verify: Nostr['verifyEvent']
}> => {
  const nostr = await initNostrWasm()
  return {
    verify: nostr.verifyEvent,
    next: (primaryHex) => {
      const event: SignedEvent = {
        id: '',
        pubkey: '',
        sig: '',
        kind: 4242,
        created_at: Math.floor(Date.now() / 1_000),
        tags: [['q', addressOf(parsePrimary(`ed25519:${primaryHex}`))]],
        content: JSON.stringify(nextEnvelope()),
      }
      nostr.finalizeEvent(event, nostr.generateSecretKey())
      return event
    },
  }
}
