import {
  checkPublicKey,
  formatNsec,
  type NostrPrimary,
  normaliseIdentifier,
  nostrPrimaryOf,
  nostrPublicKeyOf,
  nostrSigningKey,
  parseAnyPrimary,
  parseIdentifier,
  parseNsec,
  parsePrimary,
  phraseToSeed,
  seedToPhrase,
  signingKeyFromSeed,
} from '../../src/index.ts'
import type { Refusal } from './refusal.ts'

// What no caller can spell in its types, but a storage may hold.
const noPrimary: NostrPrimary = JSON.parse('"nostr:npub1"')

/** Identifiers and keys. */
export const keysRefusals: readonly Refusal[] = [
  [() => parseIdentifier('alice'), 'malformed', 'an identifier is system:value, of at most 512 printable characters'],
  [() => normaliseIdentifier(' '.repeat(513)), 'malformed', 'an identifier is at most 512 characters long'],
  [() => parseIdentifier('ed25519:00'), 'malformed', 'an ed25519: identifier is a public key of 64 hex digits'],
  [
    () => parseIdentifier('nostr:npub1'),
    'malformed',
    'a nostr: identifier is an npub (its checksum right) or a public key of 64 hex digits',
  ],
  [
    () => parseIdentifier('github:a_b'),
    'malformed',
    'a github: identifier is a user name of at most 39 letters, digits and single hyphens',
  ],
  [() => parseIdentifier('dns:localhost'), 'malformed', 'a dns: identifier is a domain name such as example.org'],
  [
    () => parseIdentifier('web:example.org/a'),
    'malformed',
    'a web: identifier is a whole https site such as example.org, without a path',
  ],
  [
    () => parseIdentifier('bluesky:alice'),
    'malformed',
    'a bluesky: identifier is a handle such as alice.bsky.social, a did:plc or a did:web',
  ],
  [() => parseIdentifier('ap:alice'), 'malformed', 'an ap: identifier is an account such as @alice@example.org'],
  [() => parsePrimary('ed25519:00'), 'malformed', 'a primary is ed25519: and 64 lower-case hex digits'],
  [
    () => parseAnyPrimary('github:alice'),
    'malformed',
    'a primary is ed25519: and 64 lower-case hex digits, or nostr: and an npub',
  ],
  [() => nostrPublicKeyOf(noPrimary), 'malformed', 'a nostr primary is nostr: and an npub'],
  [() => nostrPrimaryOf(new Uint8Array(1)), 'malformed', 'a nostr public key is 32 bytes'],
  [() => parseNsec('nsec1'), 'malformed', 'not an nsec: 63 lower-case characters that begin with nsec1'],
  [() => formatNsec(new Uint8Array(1)), 'malformed', 'a nostr secret key is 32 bytes'],
  [() => nostrSigningKey(new Uint8Array(32)), 'invalid', 'not a secp256k1 secret key'],
  [() => signingKeyFromSeed(new Uint8Array(1)), 'malformed', 'a seed is 32 bytes'],
  [
    () => checkPublicKey(new Uint8Array(32)),
    'weak_key',
    'the public key is not canonical, not on the curve, or of small order',
  ],
  [() => phraseToSeed('x'.repeat(1_025)), 'too_large', 'a recovery phrase is not that long'],
  [() => phraseToSeed('zoo'), 'phrase_word_count', 'a recovery phrase has 12 or 24 words, this one has 1'],
  [
    () => phraseToSeed('zooo '.repeat(12)),
    'phrase_unknown_word',
    'word 1 is not in the word list; did you mean “zoo”?',
  ],
  [
    () => phraseToSeed('zoo '.repeat(12)),
    'phrase_checksum',
    'the words are all known, but one is wrong or out of place',
  ],
  [() => seedToPhrase(new Uint8Array(1)), 'malformed', 'a seed is 32 bytes'],
]
