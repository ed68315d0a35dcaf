import { phraseToSeed, randomBytes } from '@kez-chat/identity'
import type { Secrets } from '../vault/vault.ts'

/** What the vault of a device gets: the identity of the words, and a storage key of its own. Throws IdentityError. */
export const newSecrets = (phrase: string): Secrets => ({
  seed: phraseToSeed(phrase),
  storageKey: randomBytes(32),
  phrase,
})
