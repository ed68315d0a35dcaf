import { concat, fromHex, type PrimaryId, publicKeyOf, toHex } from '@kez-chat/identity'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { MessagingKey } from '../messaging-key.ts'
import { exchangeKeyOf } from '../x25519.ts'

const TAG_BYTES = 16

const nameOf = (shared: Uint8Array, message: Uint8Array): string =>
  toHex(hmac(sha256, shared, message).subarray(0, TAG_BYTES))

/**
 * Under which name the wrap for `other` stands in `kez_visual_keys` (protocol §5). The owner and the contact find the
 * same one; to everybody else it tells nothing.
 * @param salt of the picture, hex
 * @throws MessageError `weak_key`
 */
export const visualTag = (key: MessagingKey, other: PrimaryId, salt: string): string =>
  nameOf(key.agree(exchangeKeyOf(publicKeyOf(other))), concat('kez-visual-tag-v1', fromHex(salt, 16)))

/** The names of the first `count` decoys, at most 256, which their owner alone can tell from those of wraps. */
export const decoyTags = (key: MessagingKey, salt: string, count: number): string[] => {
  const shared = key.agree(key.exchangeKey)
  return Array.from({ length: count }, (_, n) =>
    nameOf(shared, concat('kez-visual-decoy-v1', fromHex(salt, 16), Uint8Array.of(n))),
  )
}
