import { sha256 } from '@noble/hashes/sha2.js'
import { fromBase64url, toBase64url } from './base64url.ts'
import { type Bytes, concat, type Random, randomBytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { toHex } from './hex.ts'
import type { PrimaryId } from './primary-id.ts'

/** Length of an invitation's secret, and of everything that is made of it, in bytes. */
export const INVITATION_BYTES = 16

const digest = (what: string, of: Uint8Array | string): Bytes => new Uint8Array(sha256(concat(`${what}\n`, of)))

const bytesOf = (text: string): Bytes => {
  const bytes = fromBase64url(text, INVITATION_BYTES)
  if (bytes.length !== INVITATION_BYTES) {
    throw new IdentityError('malformed', `an invitation has ${INVITATION_BYTES} bytes as base64url`)
  }
  return bytes
}

/** The secret of a new invitation (protocol §8), base64url of 16 random bytes: whoever has the link has it, and no server. */
export const newInvitationSecret = (random: Random = randomBytes): string => toBase64url(random(INVITATION_BYTES))

/**
 * The code by which a newcomer registers where the operator demands one, base64url. The server learns it then, and cannot
 * make the token of it.
 * @throws IdentityError `malformed`, `too_large`
 */
export const inviteCodeOf = (secret: string): string =>
  toBase64url(digest('kez-chat-invite-code-v1', bytesOf(secret)).slice(0, INVITATION_BYTES))

/**
 * What the invited person shows the inviter inside of sealed messages, as hex: that they were asked to write.
 * @throws IdentityError `malformed`, `too_large`
 */
export const invitationToken = (secret: string): string =>
  toHex(digest('kez-chat-invite-token-v1', bytesOf(secret)).slice(0, INVITATION_BYTES))

/** What a server keeps of a code: `id` names it, `check` proves it; both 16 bytes as hex. */
export interface InviteHash {
  readonly id: string
  readonly check: string
}

/** The two halves of the hash of a code. @throws IdentityError `malformed`, `too_large` */
export const inviteHash = (code: string): InviteHash => {
  const hash = toHex(digest('kez-chat-invite-hash-v1', bytesOf(code)))
  return { id: hash.slice(0, 32), check: hash.slice(32) }
}

/** 128 bits of the inviter's key, base64url: enough that a server cannot put another key in its place unnoticed. */
export const inviterCheck = (primary: PrimaryId): string =>
  toBase64url(digest('kez-chat-inviter-v1', primary).slice(0, INVITATION_BYTES))
