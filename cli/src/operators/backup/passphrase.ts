import type { Kdf } from '@kez-chat/export-file'
import type { Call } from '../../command.ts'
import { argon2 } from '../../exports/argon2.ts'
import { readPassphrase } from '../../exports/passphrase.ts'

/** What a new backup is sealed with, when the command line names something. */
export const passphraseOf = async (call: Call): Promise<{ text: string; kdf: Kdf } | undefined> => {
  const isGiven = call.option('passphrase') !== undefined || call.option('passphrase-file') !== undefined
  return isGiven ? { text: await readPassphrase(call), kdf: argon2 } : undefined
}
