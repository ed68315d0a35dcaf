import type { Call, Options } from '../command.ts'
import { CliError, EXIT } from '../errors.ts'
import { readSecretText } from '../keys/secret-source.ts'

export const passphraseOptions: Options = {
  passphrase: { value: 'secret', about: 'the passphrase of the file: - for standard input, @path for a file' },
  'passphrase-file': { value: 'path', about: 'a file with the passphrase' },
}

/** The passphrase, asked for when no option names it. Blanks around it are part of it, a line break at its end is not. */
export const readPassphrase = async (call: Call): Promise<string> => {
  const isGiven = [call.option('passphrase'), call.option('passphrase-file')].some((value) => value !== undefined)
  const text = isGiven ? await readSecretText('passphrase', call) : await call.session.readSecret()
  const passphrase = text.replace(/\r?\n$/, '')
  if (passphrase === '') throw new CliError(EXIT.usage, 'no_key', 'there is no passphrase')
  return passphrase
}
