import { fromHex, IdentityError, phraseToSeed, randomBytes, seedToPhrase } from '@kez-chat/identity'
import type { Secrets } from '../vault/vault.ts'

const longest = 1_024

/** Whether a text looks like the 64 hex digits that older programs showed instead of words. */
export const isHexSeed = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text.trim())

/**
 * The words that somebody means: 12 or 24 of them, or the seed itself as 64 hex digits, which 24 words can say too.
 * Throws IdentityError.
 */
export const readPhrase = (text: string): string => {
  if (text.length > longest) throw new IdentityError('too_large', 'a recovery phrase is not that long')
  if (isHexSeed(text)) return seedToPhrase(fromHex(text.trim().toLowerCase(), 32))
  const words = text
    .normalize('NFKD')
    .trim()
    .toLowerCase()
    .split(/[\s,;]+/)
  if (words.length === 1 && /^[0-9a-f]{20,}$/.test(words[0] ?? '')) {
    throw new IdentityError('malformed', 'a seed has 64 hex digits', { count: words[0]?.length ?? 0 })
  }
  phraseToSeed(text)
  return words.join(' ')
}

/** What the vault of a device gets: the identity of the words, and a storage key of its own. Throws IdentityError. */
export const newSecrets = (phrase: string): Secrets => ({
  seed: phraseToSeed(phrase),
  storageKey: randomBytes(32),
  phrase,
})
