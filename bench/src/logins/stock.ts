import { type AuthorizationRequest, decode, encodeAuthorizationResponse, encodeUser } from '@nats-io/jwt'
import { fromCurveSeed, fromPublic, fromSeed, type KeyPair } from '@nats-io/nkeys'
import { type Login, type Parties, permissions } from './login.ts'

/** The same work as ours with nothing but the stock libraries, their key pairs made beforehand. */
export const stockResponder = (parties: Parties): ((login: Login) => Promise<Uint8Array>) => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const account = fromSeed(bytes(parties.accountSeed))
  const xkey = fromCurveSeed(bytes(parties.xkeySeed))
  const server = parties.serverXkey.publicKey
  return ({ sealed }) => answer(new Uint8Array(sealed), server, account, xkey)
}

const answer = async (sealed: Uint8Array, from: string, account: KeyPair, xkey: KeyPair): Promise<Uint8Array> => {
  const opened = xkey.open(sealed, from)
  if (!opened) throw new TypeError('a login of the bench does not open')
  const { nats } = decode<AuthorizationRequest>(new TextDecoder().decode(opened))
  const { user_nkey: user = '', server_id: server, client_info: client, connect_opts: options } = nats
  const signature = new Uint8Array(Buffer.from(options?.sig ?? '', 'base64url'))
  if (!fromPublic(options?.nkey ?? '').verify(new TextEncoder().encode(client?.nonce), signature)) {
    throw new TypeError('a login of the bench does not verify')
  }
  const { publish, subscribe } = permissions
  const grant = { pub: { allow: publish }, sub: { allow: subscribe } }
  const exp = Math.floor(Date.now() / 1000) + 1_800
  const jwt = await encodeUser('audit', user, account, grant, { aud: 'PEOPLE', exp })
  const response = await encodeAuthorizationResponse(user, server?.id ?? '', account, { jwt }, {})
  return xkey.seal(new TextEncoder().encode(response), from)
}
