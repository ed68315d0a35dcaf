import { fromBase64url } from './base64url.ts'
import { NatsJwtError } from './errors.ts'
import { verifyNkey } from './verify.ts'

const NONCE = /^[A-Za-z0-9_-]{11,64}$/
const PADDED = /^[A-Za-z0-9+/]{86}==$/

/** Clients send base64url without padding or, the JavaScript ones, base64 with it; the server takes both. */
const signatureBytes = (sig: string): Buffer => {
  if (sig.length > 88) throw new NatsJwtError('too_large', 'a signature has at most 88 characters')
  const unpadded = PADDED.test(sig) ? sig.slice(0, 86).replaceAll('+', '-').replaceAll('/', '_') : sig
  const bytes = fromBase64url(unpadded)
  if (bytes.length !== 64) throw new NatsJwtError('malformed', 'a signature has 64 bytes')
  return bytes
}

/**
 * Checks that the holder of a user nkey signed the server's nonce: `connect_opts.sig` by `connect_opts.nkey` over
 * `client_info.nonce` (protocol §7). The server leaves this to the callout.
 * @throws NatsJwtError `invalid_signature`; `too_large`, `malformed` for nonce or signature; `malformed`, `bad_checksum`,
 * `wrong_kind`, `weak_key` for the nkey
 */
export const verifyNonceSignature = (nkey: string, nonce: string, sig: string): void => {
  if (!NONCE.test(nonce)) throw new NatsJwtError('malformed', 'the nonce is not one a server would give')
  if (!verifyNkey(nkey, 'user', Buffer.from(nonce), signatureBytes(sig))) {
    throw new NatsJwtError('invalid_signature', 'the nonce is not signed by this nkey')
  }
}
