import type { Options } from '../command.ts'

const seedForm = 'the 32-byte seed as 64 hex digits'
const phraseForm = 'the recovery phrase, 12 or 24 words'

/** Ways to give a key; each is also there with `-file`. */
export const KEY_NAMES = ['mnemonic', 'ed25519-seed', 'nsec'] as const
export type KeyName = (typeof KEY_NAMES)[number]

const forms: Readonly<Record<KeyName, string>> = {
  mnemonic: phraseForm,
  'ed25519-seed': seedForm,
  nsec: 'the nostr secret key, nsec1…',
}

const optionsFor = (prefix: string, whose: string, names: readonly KeyName[]): Options =>
  Object.fromEntries(
    names.flatMap((name) => [
      [
        `${prefix}${name}`,
        { value: 'secret', about: `${whose}${forms[name]}: - for standard input, @path for a file` },
      ],
      [`${prefix}${name}-file`, { value: 'path', about: `a file with ${whose}${forms[name]}` }],
    ]),
  )

/** Options of a command that signs or that looks at a key. */
export const keyOptions: Options = optionsFor('', '', KEY_NAMES)

/** Only the kinds of key named. */
export const keyOptionsOf = (...names: KeyName[]): Options => optionsFor('', '', names)

/** Options for the key that takes over. */
export const newKeyOptions: Options = optionsFor('new-', 'of the new identity: ', KEY_NAMES)
