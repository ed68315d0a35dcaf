import { decodeAuthRequest, encodeAuthResponse, encodeUserJwt, verifyNonceSignature } from '@kez-chat/nats-jwt'
import { type Login, type Parties, permissions } from './login.ts'

/** The codec work of one login: opened, verified twice, signed twice, sealed. */
export const answer = ({ sealed }: Login, { account, serverXkey, xkey }: Parties): Uint8Array => {
  const now = Date.now()
  const opened = Buffer.from(xkey.open(sealed, serverXkey.publicKey)).toString()
  const request = decodeAuthRequest(opened, { now, account: account.publicKey })
  const { user_nkey: user, server_id: server, client_info: client, connect_opts: options } = request
  verifyNonceSignature(options.nkey ?? '', client.nonce ?? '', options.sig ?? '')
  const grant = { user, account: 'PEOPLE', name: 'audit', permissions, now, seconds: 1_800 }
  const outcome = { jwt: encodeUserJwt(grant, account) }
  const response = encodeAuthResponse({ user, server: server.id, now, outcome }, account)
  return xkey.seal(Buffer.from(response), serverXkey.publicKey)
}
