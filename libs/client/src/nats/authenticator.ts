import { Primary, type PrimaryHex, primaryHex, replyPrefix, replyRandomOf } from '@kez-chat/contracts'
import { createNatsToken, type SigningKey, toBase64url } from '@kez-chat/identity'
import type { Authenticator } from '@nats-io/nats-core'
import { createUser } from '@nats-io/nkeys'

/** How one connection shows who it is, and under which subjects it gets answers. */
export type NatsLoginOptions = {
  /** For the `authenticator` option of `connect` and `wsconnect`. */
  readonly authenticator: Authenticator
  /** For their `inboxPrefix` option: nobody else can tell it. */
  readonly inboxPrefix: string
  /** Key of the identity, 64 hex digits: the last token of `kez.send.<primary>` and `kez.consumer.<primary>`. */
  readonly primary: PrimaryHex
}

/**
 * A login for one connection (protocol §7): a throw-away nkey signs the broker's nonce, and the identity signs a text of its
 * own that vouches for the nkey, at this server and this nonce. So no broker can choose what the identity signs.
 * @param server the home server's name, as in handles
 * @throws IdentityError `malformed` from the authenticator, when the broker's nonce is not one a server would give
 */
export const createNatsLogin = (server: string, signer: SigningKey): NatsLoginOptions => {
  const pair = createUser()
  const nkey = pair.getPublicKey()
  const primary = primaryHex(Primary.parse(signer.primary))
  return {
    primary,
    inboxPrefix: replyPrefix(primary, replyRandomOf(nkey)),
    authenticator: (nonce = '') => ({
      nkey,
      auth_token: createNatsToken({ server, nkey, nonce }, signer, Date.now()),
      sig: toBase64url(pair.sign(new TextEncoder().encode(nonce))),
    }),
  }
}
