import { fromBase64url, hasExactly, isRecord } from '@kez-chat/identity'
import { VaultError } from './errors.ts'

/** Cost of Argon2id: memory in KiB, passes, lanes. */
export type Cost = { readonly m: number; readonly t: number; readonly p: number }

/** What a new vault costs to try one passphrase (protocol §6). */
export const defaultCost: Cost = { m: 65_536, t: 3, p: 1 }

const oneGibibyte = 1_048_576
const mostPasses = 64
const mostLanes = 16

/** The seed under the passphrase, as it is stored (protocol §6). `salt`, `nonce` and `ct` are base64url. */
export type VaultRecord = Cost & {
  readonly v: 1
  readonly kdf: 'argon2id'
  readonly salt: string
  readonly nonce: string
  readonly ct: string
}

const wholeNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)

const bytes = (value: unknown, least: number, most: number): string => {
  try {
    if (typeof value === 'string' && fromBase64url(value, most).length >= least) return value
  } catch {
    // Falls through to the one answer for every misspelling.
  }
  throw new VaultError('malformed', 'salt, nonce and ct are base64url')
}

/** Reads a stored vault; the cost is the record's own, within the bounds. */
export const parseVault = (value: unknown): VaultRecord => {
  if (!isRecord(value) || !hasExactly(value, ['v', 'kdf', 'm', 't', 'p', 'salt', 'nonce', 'ct'])) {
    throw new VaultError('malformed', 'a vault is { v, kdf, m, t, p, salt, nonce, ct }')
  }
  const { v, kdf, m, t, p } = value
  if (v !== 1 || kdf !== 'argon2id') throw new VaultError('malformed', 'a vault of a version this app does not know')
  if (!wholeNumber(m) || !wholeNumber(t) || !wholeNumber(p)) {
    throw new VaultError('malformed', 'm, t and p are whole numbers')
  }
  if (m < defaultCost.m || t < defaultCost.t || p < defaultCost.p) {
    throw new VaultError('refused_cost', 'the vault is cheaper to guess than this app allows')
  }
  if (m > oneGibibyte || t > mostPasses || p > mostLanes) {
    throw new VaultError('refused_cost', 'the vault asks for more memory or time than this app allows')
  }
  return {
    ...{ v, kdf, m, t, p },
    salt: bytes(value.salt, 16, 64),
    nonce: bytes(value.nonce, 12, 12),
    ct: bytes(value.ct, 16, 4_096),
  }
}
