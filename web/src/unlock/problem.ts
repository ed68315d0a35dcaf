import { t } from '../strings/index.ts'
import { VaultError } from '../vault/errors.ts'

/** What the person is told when the vault does not open. */
export const vaultProblem = (error: unknown): string => {
  if (!(error instanceof VaultError)) return t.unlock.malformed
  switch (error.code) {
    case 'wrong_passphrase':
      return t.unlock.wrong
    case 'kdf_failed':
      return t.unlock.kdf
    case 'refused_cost':
      return t.unlock.refused
    case 'malformed':
      return t.unlock.malformed
  }
}
