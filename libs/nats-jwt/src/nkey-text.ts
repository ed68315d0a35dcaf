import { fromBase32, toBase32 } from './base32.ts'
import { crc16 } from './crc16.ts'
import { NatsJwtError } from './errors.ts'

/** What an nkey stands for: `O…` operator, `A…` account, `U…` user, `N…` server, `C…` cluster, `X…` curve (X25519). */
export type NkeyKind = 'operator' | 'account' | 'user' | 'server' | 'cluster' | 'curve'

const PREFIXES: Readonly<Record<NkeyKind, number>> = {
  operator: 14 << 3,
  account: 0,
  user: 20 << 3,
  server: 13 << 3,
  cluster: 2 << 3,
  curve: 23 << 3,
}
const KINDS: readonly NkeyKind[] = ['operator', 'account', 'user', 'server', 'cluster', 'curve']
const SEED_PREFIX = 18 << 3
const PUBLIC_LENGTH = 56
const SEED_LENGTH = 58

const kindOf = (prefix: number): NkeyKind => {
  const kind = KINDS.find((name) => PREFIXES[name] === prefix)
  if (!kind) throw new NatsJwtError('wrong_kind', 'the nkey is of no known kind')
  return kind
}

const withChecksum = (head: readonly number[], key: Uint8Array): string => {
  const bytes = new Uint8Array(head.length + key.length + 2)
  bytes.set(head)
  bytes.set(key, head.length)
  const crc = crc16(bytes, bytes.length - 2)
  bytes[bytes.length - 2] = crc & 0xff
  bytes[bytes.length - 1] = crc >>> 8
  return toBase32(bytes)
}

const checked = (text: string, length: number, what: string): Uint8Array => {
  if (text.length > length) throw new NatsJwtError('too_large', `${what} is longer than ${length} characters`)
  if (text.length < length) throw new NatsJwtError('malformed', `${what} has ${length} characters`)
  const bytes = fromBase32(text)
  const end = bytes.length - 2
  const stated = (bytes[end] ?? 0) | ((bytes[end + 1] ?? 0) << 8)
  if (crc16(bytes, end) !== stated) throw new NatsJwtError('bad_checksum', `${what} has a wrong checksum`)
  return bytes.subarray(0, end)
}

const checkLength = (key: Uint8Array): void => {
  if (key.length !== 32) throw new NatsJwtError('malformed', 'a raw key has 32 bytes')
}

/**
 * The 56-character public nkey of a raw 32-byte public key.
 * @throws NatsJwtError `malformed` for another length
 */
export const encodePublicNkey = (kind: NkeyKind, key: Uint8Array): string => {
  checkLength(key)
  return withChecksum([PREFIXES[kind]], key)
}

/**
 * The kind and the raw 32 bytes of a public nkey. Whether the bytes are a sound key is for the verification to say.
 * @throws NatsJwtError `too_large`, `malformed`, `bad_checksum`, `wrong_kind` (unknown, or other than `expected`)
 */
export const decodePublicNkey = (text: string, expected?: NkeyKind): { kind: NkeyKind; key: Uint8Array } => {
  const bytes = checked(text, PUBLIC_LENGTH, 'a public nkey')
  const kind = kindOf(bytes[0] ?? 255)
  if (expected && kind !== expected) throw new NatsJwtError('wrong_kind', `expected the nkey of a ${expected}`)
  return { kind, key: bytes.subarray(1) }
}

/**
 * The 58-character seed (`SU…`, `SA…` and so on; secret) of a raw 32-byte private seed.
 * @throws NatsJwtError `malformed` for another length
 */
export const encodeSeed = (kind: NkeyKind, seed: Uint8Array): string => {
  checkLength(seed)
  const prefix = PREFIXES[kind]
  return withChecksum([SEED_PREFIX | (prefix >> 5), (prefix & 31) << 3], seed)
}

/**
 * The kind and the raw 32-byte seed of an encoded one.
 * @throws NatsJwtError `too_large`, `malformed`, `bad_checksum`, `wrong_kind` (no seed, unknown, or other than `expected`)
 */
export const decodeSeed = (text: string, expected?: NkeyKind): { kind: NkeyKind; seed: Uint8Array } => {
  const bytes = checked(text, SEED_LENGTH, 'a seed')
  const [first = 0, second = 0] = bytes
  if ((first & 0xf8) !== SEED_PREFIX) throw new NatsJwtError('wrong_kind', 'not a seed')
  if ((second & 7) !== 0) throw new NatsJwtError('malformed', 'a seed has stray bits in its prefix')
  const kind = kindOf(((first & 7) << 5) | (second >> 3))
  if (expected && kind !== expected) throw new NatsJwtError('wrong_kind', `expected the seed of a ${expected}`)
  return { kind, seed: bytes.subarray(2) }
}
