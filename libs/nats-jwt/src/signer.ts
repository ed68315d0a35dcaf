import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto'
import { NatsJwtError } from './errors.ts'
import { decodeSeed, encodePublicNkey, encodeSeed } from './nkey-text.ts'
import type { SigningKind } from './verify.ts'

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** An nkey that can sign. The private key stays inside the KeyObject. */
export type NkeySigner = {
  readonly kind: SigningKind
  /** 56 characters, `A…`, `U…` and so on. */
  readonly publicKey: string
  /** The 64-byte Ed25519 signature over `message`. */
  readonly sign: (message: Uint8Array) => Uint8Array
}

/**
 * The signer of a seed (`SA…`, `SU…` and so on).
 * @throws NatsJwtError `too_large`, `malformed`, `bad_checksum`, `wrong_kind` (no seed, a curve seed, or not `expected`)
 */
export const signerFromSeed = (text: string, expected?: SigningKind): NkeySigner => {
  const { kind, seed } = decodeSeed(text, expected)
  if (kind === 'curve') throw new NatsJwtError('wrong_kind', 'curve keys do not sign')
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const open = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { kind, publicKey: encodePublicNkey(kind, open), sign: (message) => sign(null, message, key) }
}

/** A new nkey of a kind that signs, from the system's randomness: its seed (58 characters, secret) and public key. */
export const createNkey = (kind: SigningKind): { seed: string; publicKey: string } => {
  const seed = encodeSeed(kind, randomBytes(32))
  return { seed, publicKey: signerFromSeed(seed).publicKey }
}
