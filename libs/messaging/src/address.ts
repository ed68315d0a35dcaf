import { concat, type PrimaryId, publicKeyOf, toHex } from '@kez-chat/identity'
import { sha256 } from '@noble/hashes/sha2.js'

/**
 * The address of a person on relays (protocol §4): hex(SHA-256(`"kez-chat-addr-v1" ‖ 32 public key bytes`)). A hash of
 * something public: it hides nothing from who has the directory.
 */
export const addressOf = (primary: PrimaryId): string => toHex(sha256(concat('kez-chat-addr-v1', publicKeyOf(primary))))
