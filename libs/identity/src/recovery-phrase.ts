import { sha256 } from '@noble/hashes/sha2.js'
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { type Bytes, concat, type Random, randomBytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { nearestWord } from './nearest-word.ts'

const MAX_LENGTH = 1_024
const KNOWN_WORDS = new Set(wordlist)

const words = (phrase: string): string[] => {
  if (phrase.length > MAX_LENGTH) throw new IdentityError('too_large', 'a recovery phrase is not that long')
  return phrase
    .normalize('NFKD')
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
}

const checkWords = (list: readonly string[]): void => {
  if (list.length !== 12 && list.length !== 24) {
    throw new IdentityError('phrase_word_count', `a recovery phrase has 12 or 24 words, this one has ${list.length}`, {
      count: list.length,
    })
  }
  for (const [i, word] of list.entries()) {
    if (KNOWN_WORDS.has(word)) continue
    const suggestion = nearestWord(word, wordlist)
    const hint = suggestion === undefined ? '' : `; did you mean “${suggestion}”?`
    throw new IdentityError('phrase_unknown_word', `word ${i + 1} is not in the word list${hint}`, {
      position: i + 1,
      ...(suggestion === undefined ? {} : { suggestion }),
    })
  }
}

const entropyOf = (list: readonly string[]): Uint8Array => {
  try {
    return mnemonicToEntropy(list.join(' '), wordlist)
  } catch (cause) {
    throw new IdentityError(
      'phrase_checksum',
      'the words are all known, but one is wrong or out of place',
      {},
      { cause },
    )
  }
}

/**
 * The 32-byte seed of a recovery phrase (protocol §1): 24 English BIP-39 words are the seed itself, 12 words are 16
 * bytes of entropy and seed = SHA-256(`"kez-bip39-12-v1" ‖ entropy`). Case, space and commas are forgiven.
 * The error names the position of a wrong word (from 1) and the word that was likely meant: show it to the person who
 * typed it, never log it.
 * @throws IdentityError `too_large`, `phrase_word_count`, `phrase_unknown_word`, `phrase_checksum`
 */
export const phraseToSeed = (phrase: string): Bytes => {
  const list = words(phrase)
  checkWords(list)
  const entropy = entropyOf(list)
  return Uint8Array.from(list.length === 24 ? entropy : sha256(concat('kez-bip39-12-v1', entropy)))
}

/**
 * The 24 words that are this 32-byte seed.
 * @throws IdentityError `malformed` when the seed has another length
 */
export const seedToPhrase = (seed: Uint8Array): string => {
  if (seed.length !== 32) throw new IdentityError('malformed', 'a seed is 32 bytes')
  return entropyToMnemonic(seed, wordlist)
}

/** A fresh recovery phrase of 12 words (128 bits) or 24 (256 bits). */
export const newPhrase = (count: 12 | 24, random: Random = randomBytes): string =>
  entropyToMnemonic(random(count === 12 ? 16 : 32), wordlist)

/** The 2,048 English words of BIP-39, in order. */
export const PHRASE_WORDS: readonly string[] = wordlist
