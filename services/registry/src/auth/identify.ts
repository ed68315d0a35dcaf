import { PrimaryHex, replyRandomOf } from '@kez-chat/contracts'
import { IdentityError, primaryHex, toHex, verifyNatsToken } from '@kez-chat/identity'
import { type AuthRequest, decodePublicNkey, NatsJwtError, verifyNonceSignature } from '@kez-chat/nats-jwt'
import { LoginRefused, type RefusalReason } from './refusal.ts'

/** Who has shown that they hold a key, and under which random name they get answers. */
export type Identified = { readonly primary: PrimaryHex; readonly replyRandom: string }

export type IdentifyRules = {
  /** Our name, which is signed into tokens. */
  readonly server: string
  /** The clock, unix milliseconds. */
  readonly now: number
  /** Whether the identity's own key may sign the broker's nonce (protocol §7 says why not to). */
  readonly allowIdentityNkey: boolean
}

const checkNonceSignature = (nkey: string, nonce: string, sig: string): void => {
  try {
    verifyNonceSignature(nkey, nonce, sig)
  } catch (cause) {
    if (!(cause instanceof NatsJwtError)) throw cause
    throw new LoginRefused('bad_nonce_signature', cause.message, { cause })
  }
}

const tokenReason = ({ code }: IdentityError): RefusalReason => {
  if (code === 'stale_auth') return 'stale_token'
  return code === 'invalid_signature' || code === 'weak_key' ? 'bad_token_signature' : 'malformed_token'
}

const byToken = (token: string, login: { server: string; nkey: string; nonce: string }, now: number): PrimaryHex => {
  try {
    return PrimaryHex.parse(primaryHex(verifyNatsToken(token, login, now)))
  } catch (cause) {
    if (!(cause instanceof IdentityError)) throw cause
    throw new LoginRefused(tokenReason(cause), cause.message, { cause })
  }
}

const replyName = /^[0-9a-f]{32}$/

/**
 * Checks what the server leaves to the callout: that the client holds its nkey, and that an identity vouches for that nkey at
 * this server and this nonce, or is the nkey itself where that is allowed. Whether the identity is anybody's here is for
 * the caller to see.
 * @throws LoginRefused
 */
export const identify = (request: AuthRequest, { server, now, allowIdentityNkey }: IdentifyRules): Identified => {
  const { nkey, sig, auth_token: token, name } = request.connect_opts
  const { nonce } = request.client_info
  if (!nkey || !sig) throw new LoginRefused('no_nkey', 'a login has an nkey and its signature over the nonce')
  if (!nonce) throw new LoginRefused('bad_nonce', 'the broker gave no nonce')
  checkNonceSignature(nkey, nonce, sig)
  if (token) return { primary: byToken(token, { server, nkey, nonce }, now), replyRandom: replyRandomOf(nkey) }
  if (!allowIdentityNkey)
    throw new LoginRefused('no_token', 'a login has a token by which an identity vouches for its nkey')
  if (!name || !replyName.test(name))
    throw new LoginRefused(
      'no_reply_name',
      'who logs in with the identity key names the connection by 32 random hex digits',
    )
  return { primary: PrimaryHex.parse(toHex(decodePublicNkey(nkey, 'user').key)), replyRandom: name }
}
