import { concat, fromHex, type PrimaryId, publicKeyOf, toHex } from '@kez-chat/identity'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { MessagingKey } from '../messaging-key.ts'
import { exchangeKeyOf } from '../x25519.ts'

const TAG_BYTES = 16

const tagOf = (key: MessagingKey, exchangeKey: Uint8Array, message: Uint8Array): string =>
  toHex(hmac(sha256, key.agree(exchangeKey), message).subarray(0, TAG_BYTES))

/**
 * Under which name the wrap for `other` stands in `kez_visual_keys` (protocol §5). The owner and the contact find the
 * same one; to everybody else it tells nothing.
 * @param salt of the picture, hex
 * @throws MessageError `weak_key`
 */
export const visualTag = (key: MessagingKey, other: PrimaryId, salt: string): string =>
  tagOf(key, exchangeKeyOf(publicKeyOf(other)), concat('kez-visual-tag-v1', fromHex(salt, 16)))

/** The name of the decoy number `n`, which its owner alone can tell from that of a wrap. */
export const decoyTag = (key: MessagingKey, n: number, salt: string): string =>
  tagOf(key, key.exchangeKey, concat('kez-visual-decoy-v1', fromHex(salt, 16), Uint8Array.of(n)))
