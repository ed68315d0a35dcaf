import {
  type Bytes,
  fromBase64url,
  fromHex,
  hasExactly,
  isRecord,
  parseJson,
  randomBytes,
  toBase64url,
  toHex,
  utf8,
} from '@kez-chat/identity'
import { VaultError } from './errors.ts'
import { type Cost, defaultCost, parseVault, type VaultRecord } from './record.ts'

/** Argon2id to 32 bytes; handed in, since the browser runs it in a worker. */
export type Kdf = (password: Bytes, salt: Bytes, cost: Cost) => Promise<Bytes>

/** What a passphrase protects: the identity, the key of everything stored here, and the words to write down. */
export type Secrets = {
  readonly seed: Bytes
  readonly storageKey: Bytes
  readonly phrase?: string
}

const maxSecretBytes = 2_048

// One passphrase, however the keyboard composes its letters.
const passwordBytes = (passphrase: string): Bytes => utf8(passphrase.normalize('NFKC'))

const importKey = async (kdf: Kdf, passphrase: string, salt: Bytes, cost: Cost): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', await kdf(passwordBytes(passphrase), salt, cost), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ])

const writeSecrets = ({ seed, storageKey, phrase }: Secrets): Bytes =>
  utf8(
    JSON.stringify({ seed: toHex(seed), storage_key: toHex(storageKey), ...(phrase === undefined ? {} : { phrase }) }),
  )

const readSecrets = (plaintext: Uint8Array): Secrets => {
  const value = parseJson(plaintext, maxSecretBytes)
  if (!isRecord(value) || !hasExactly(value, ['seed', 'storage_key'], ['phrase'])) {
    throw new VaultError('malformed', 'the vault opened, but holds something else')
  }
  const { seed, storage_key: storageKey, phrase } = value
  if (typeof seed !== 'string' || typeof storageKey !== 'string' || !['string', 'undefined'].includes(typeof phrase)) {
    throw new VaultError('malformed', 'the vault opened, but holds something else')
  }
  return {
    seed: fromHex(seed, 32),
    storageKey: fromHex(storageKey, 32),
    ...(typeof phrase === 'string' ? { phrase } : {}),
  }
}

/** Puts secrets under a passphrase, with a fresh salt and nonce. */
export const sealVault = async (secrets: Secrets, passphrase: string, kdf: Kdf): Promise<VaultRecord> => {
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const key = await importKey(kdf, passphrase, salt, defaultCost)
  const ct = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, writeSecrets(secrets))
  return {
    v: 1,
    kdf: 'argon2id',
    ...defaultCost,
    salt: toBase64url(salt),
    nonce: toBase64url(nonce),
    ct: toBase64url(new Uint8Array(ct)),
  }
}

/** Opens a stored vault; every code of VaultErrorCode can come. */
export const openVault = async (stored: unknown, passphrase: string, kdf: Kdf): Promise<Secrets> => {
  const { m, t, p, salt, nonce, ct } = parseVault(stored)
  const key = await importKey(kdf, passphrase, fromBase64url(salt, 64), { m, t, p })
  const iv = fromBase64url(nonce, 12)
  const plaintext = await crypto.subtle
    .decrypt({ name: 'AES-GCM', iv }, key, fromBase64url(ct, 4_096))
    .catch((cause: unknown) => {
      throw new VaultError('wrong_passphrase', 'the passphrase does not open the vault', { cause })
    })
  return readSecrets(new Uint8Array(plaintext))
}
