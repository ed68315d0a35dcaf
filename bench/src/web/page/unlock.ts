import { fromBase64url, randomBytes, utf8 } from '@kez-chat/identity'
import { openVaultNow, sealVaultNow } from '@kez-chat/web/vault/on-demand.ts'
import { argon2id } from 'hash-wasm'

const passphrase = 'four plain grey stones'
const secrets = { seed: randomBytes(32), storageKey: randomBytes(32), phrase: 'abandon '.repeat(11).concat('about') }

const record = sealVaultNow(secrets, passphrase)

/** Nothing but the key derivation, on the main thread. */
export const unlockBare = async (): Promise<void> => {
  const { salt, m, t, p } = await record
  const cost = { memorySize: m, iterations: t, parallelism: p, hashLength: 32 }
  await argon2id({ password: utf8(passphrase), salt: fromBase64url(salt, 64), ...cost, outputType: 'binary' })
}

/** From the passphrase to the open vault, as the app does it: in a worker of its own each time. */
export const unlockOurs = async (): Promise<void> => {
  const opened = await openVaultNow(await record, passphrase)
  if (opened.phrase !== secrets.phrase) throw new Error('the vault holds something else')
}
