import type { ChainId } from '@kez-chat/contracts'
import {
  type AnyPrimary,
  fromHex,
  isPrimaryId,
  nostrPrimaryOf,
  nostrPublicKeyOf,
  primaryHex,
  primaryOf,
  toHex,
} from '@kez-chat/identity'

/** Whose chain it is. */
export const primaryOfChain = ({ alg, key }: ChainId): AnyPrimary =>
  alg === 'ed25519' ? primaryOf(fromHex(key, 32)) : nostrPrimaryOf(fromHex(key, 32))

/** Where the chain of a primary is. */
export const chainOfPrimary = (primary: AnyPrimary): ChainId =>
  isPrimaryId(primary)
    ? { alg: 'ed25519', key: primaryHex(primary) }
    : { alg: 'nostr', key: toHex(nostrPublicKeyOf(primary)) }
