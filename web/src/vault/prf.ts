import {
  type Bytes,
  concat,
  fromBase64url,
  hasExactly,
  isRecord,
  randomBytes,
  toBase64url,
  utf8,
} from '@kez-chat/identity'
import { VaultError } from './errors.ts'
import type { Secrets } from './vault.ts'

/** Seed and storage key under the PRF of an authenticator, as it is stored (protocol §6). All members but `v` are base64url. */
export type PrfRecord = {
  readonly v: 1
  /** Names the authenticator's credential. */
  readonly credential: string
  /** What the PRF is asked for: 32 bytes. */
  readonly input: string
  readonly nonce: string
  readonly ct: string
}

const maxCredential = 1_024
const secretBytes = 64

const sized = (value: unknown, least: number, most: number): string => {
  try {
    if (typeof value === 'string' && fromBase64url(value, most).length >= least) return value
  } catch {
    // Falls through to the one answer for every misspelling.
  }
  throw new VaultError('malformed', 'credential, input, nonce and ct are base64url')
}

export const parsePrfRecord = (value: unknown): PrfRecord => {
  if (!isRecord(value) || !hasExactly(value, ['v', 'credential', 'input', 'nonce', 'ct']) || value.v !== 1) {
    throw new VaultError('malformed', 'a record of an authenticator is { v: 1, credential, input, nonce, ct }')
  }
  return {
    v: 1,
    credential: sized(value.credential, 1, maxCredential),
    input: sized(value.input, 32, 32),
    nonce: sized(value.nonce, 12, 12),
    ct: sized(value.ct, secretBytes + 16, secretBytes + 16),
  }
}

const wrapKey = async (output: Bytes): Promise<CryptoKey> => {
  const material = await crypto.subtle.importKey('raw', output, 'HKDF', false, ['deriveKey'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8('kez-prf-v1') }
  return crypto.subtle.deriveKey(hkdf, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** Which credential, asked for what, gave `output`. */
export type PrfAnswer = { readonly credential: Bytes; readonly input: Bytes; readonly output: Bytes }

/** Puts what is needed to read and write under the PRF's output; the recovery phrase stays behind the passphrase. */
export const sealUnderPrf = async (
  { seed, storageKey }: Pick<Secrets, 'seed' | 'storageKey'>,
  { credential, input, output }: PrfAnswer,
): Promise<PrfRecord> => {
  const nonce = randomBytes(12)
  const how = { name: 'AES-GCM', iv: nonce, additionalData: credential }
  const ct = await crypto.subtle.encrypt(how, await wrapKey(output), concat(seed, storageKey))
  return {
    v: 1,
    credential: toBase64url(credential),
    input: toBase64url(input),
    nonce: toBase64url(nonce),
    ct: toBase64url(new Uint8Array(ct)),
  }
}

/** Throws VaultError `malformed` when the output is not the one it was sealed under. */
export const openUnderPrf = async (
  { credential, nonce, ct }: PrfRecord,
  output: Bytes,
): Promise<Pick<Secrets, 'seed' | 'storageKey'>> => {
  const iv = fromBase64url(nonce, 12)
  const how = { name: 'AES-GCM', iv, additionalData: fromBase64url(credential, maxCredential) }
  const plaintext = await crypto.subtle
    .decrypt(how, await wrapKey(output), fromBase64url(ct, secretBytes + 16))
    .catch((cause: unknown) => {
      throw new VaultError('malformed', 'the authenticator does not open what is stored', { cause })
    })
  const secrets = new Uint8Array(plaintext)
  return { seed: secrets.slice(0, 32), storageKey: secrets.slice(32) }
}
