import { ChainId, DomainError } from '@kez-chat/contracts'
import { isHex, isNostrPrimary, nostrPublicKeyOf, toHex } from '@kez-chat/identity'

/** The chain that a path names: `ed25519/<64 hex>`, `nostr/<64 hex>` or `nostr/npub1…`. @throws {DomainError} `malformed` */
export const chainIn = ({ alg, key }: { alg: string; key: string }): ChainId => {
  const npub = `nostr:${key}`
  const hex = alg === 'nostr' && isNostrPrimary(npub) ? toHex(nostrPublicKeyOf(npub)) : key
  const parsed = ChainId.safeParse({ alg, key: isHex(hex, 32) ? hex : '' })
  if (parsed.success) return parsed.data
  throw new DomainError('malformed', 'a sigchain is at ed25519/<64 hex>, nostr/<64 hex> or nostr/<npub>')
}
