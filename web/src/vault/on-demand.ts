import type { VaultRecord } from './record.ts'
import type { Secrets } from './vault.ts'

// The vault's code and its worker come when a passphrase is first used.
const load = async () => {
  const [vault, { argon2InWorker }] = await Promise.all([import('./vault.ts'), import('./argon2.ts')])
  return { ...vault, kdf: argon2InWorker }
}

export const sealVaultNow = async (secrets: Secrets, passphrase: string): Promise<VaultRecord> => {
  const { sealVault, kdf } = await load()
  return sealVault(secrets, passphrase, kdf)
}

/** Throws VaultError. */
export const openVaultNow = async (stored: unknown, passphrase: string): Promise<Secrets> => {
  const { openVault, kdf } = await load()
  return openVault(stored, passphrase, kdf)
}
