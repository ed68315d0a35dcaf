import {
  fromHex,
  IdentityError,
  nostrSigningKey,
  parseNsec,
  phraseToSeed,
  type Signer,
  type SigningKey,
  signingKeyFromSeed,
} from '@kez-chat/identity'
import type { Call } from '../command.ts'
import { CliError, EXIT, usageError } from '../errors.ts'
import { KEY_NAMES, type KeyName } from './key-options.ts'
import { readSecret } from './secret-source.ts'

type SignersBy<S extends Signer> = Readonly<Partial<Record<KeyName, (secret: string) => S>>>

const chatSigners: SignersBy<SigningKey> = {
  mnemonic: (phrase) => signingKeyFromSeed(phraseToSeed(phrase)),
  'ed25519-seed': (hex) => signingKeyFromSeed(parseSeed(hex)),
}

const allSigners: SignersBy<Signer> = { ...chatSigners, nsec: (nsec) => nostrSigningKey(parseNsec(nsec)) }

/** The 32 bytes of a seed. The message never repeats what was given. */
export const parseSeed = (hex: string): Uint8Array => {
  try {
    return fromHex(hex.toLowerCase(), 32)
  } catch (cause) {
    throw new CliError(EXIT.usage, 'bad_key', 'an ed25519 seed is 64 hex digits', { cause })
  }
}

const given = (call: Call, prefix: string): string[] =>
  KEY_NAMES.flatMap((name) => [`${prefix}${name}`, `${prefix}${name}-file`]).filter(
    (name) => call.option(name) !== undefined,
  )

/** Whether the call names a key. */
export const hasKey = (call: Call, prefix = ''): boolean => given(call, prefix).length > 0

/** Which of the options that exclude each other was used, if any. */
const chosen = (call: Call, prefix: string): KeyName | undefined => {
  const names = given(call, prefix)
  if (names.length > 1) throw usageError(`${names.map((name) => `--${name}`).join(' and ')} exclude each other`)
  return KEY_NAMES.find((name) => names[0] === `${prefix}${name}` || names[0] === `${prefix}${name}-file`)
}

const keyFrom = async <S extends Signer>(signers: SignersBy<S>, call: Call, prefix = ''): Promise<S> => {
  const name = chosen(call, prefix)
  const signer = name === undefined ? undefined : signers[name]
  if (signer === undefined) {
    const ways = Object.keys(signers).map((known) => `--${prefix}${known}-file`)
    throw new CliError(
      EXIT.usage,
      'no_key',
      `this needs ${prefix === '' ? 'your key' : 'the key of the new identity'}`,
      {
        hint: `Give it with ${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}.`,
      },
    )
  }
  const secret = await readSecret(`${prefix}${name}`, call)
  try {
    return signer(secret)
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    throw new CliError(EXIT.usage, error.code, `--${prefix}${name}: ${error.message}`, { cause: error })
  }
}

/**
 * The key that signs, from exactly one of the key options.
 * @param prefix `new-` for the key that takes over
 */
export const readKey = (call: Call, prefix = ''): Promise<Signer> => keyFrom(allSigners, call, prefix)

/** The same for what only identities of chat can do. */
export const readChatKey = (call: Call): Promise<SigningKey> => keyFrom(chatSigners, call)
