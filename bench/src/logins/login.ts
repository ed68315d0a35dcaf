import { randomBytes } from 'node:crypto'
import {
  createNkey,
  createXkey,
  encodeJwt,
  type NkeySigner,
  signerFromSeed,
  type Xkey,
  xkeyFromSeed,
} from '@kez-chat/nats-jwt'

/** Everything of one login that is there before the responder is asked. */
export type Login = {
  /** The sealed authorization request, as it comes from the server. */
  readonly sealed: Uint8Array
  /** The request itself. */
  readonly request: string
  readonly nkey: string
  readonly nonce: string
  readonly signature: Uint8Array
}

export type Parties = {
  readonly accountSeed: string
  readonly account: NkeySigner
  readonly server: NkeySigner
  readonly serverXkey: Xkey
  readonly xkeySeed: string
  readonly xkey: Xkey
}

export const parties = (): Parties => {
  const accountSeed = createNkey('account').seed
  const xkeySeed = createXkey().seed
  return {
    accountSeed,
    account: signerFromSeed(accountSeed),
    server: signerFromSeed(createNkey('server').seed),
    serverXkey: xkeyFromSeed(createXkey().seed),
    xkeySeed,
    xkey: xkeyFromSeed(xkeySeed),
  }
}

/** A login as nats-server 2.15.1 asks about it, of a client with a nkey of its own and an identity token. */
export const createLogin = ({ account, server, serverXkey, xkey }: Parties): Login => {
  const client = createNkey('user')
  const user = createNkey('user').publicKey
  const nonce = randomBytes(11).toString('base64url')
  const signature = signerFromSeed(client.seed).sign(Buffer.from(nonce))
  const now = Math.floor(Date.now() / 1000)
  const nats = {
    server_id: {
      name: 'nats-0',
      host: '0.0.0.0',
      id: server.publicKey,
      version: '2.15.1',
      cluster: 'kez',
      xkey: serverXkey.publicKey,
    },
    user_nkey: user,
    client_info: { host: '203.0.113.7', id: 4711, user: client.publicKey, kind: 'Client', type: 'nats', nonce },
    connect_opts: {
      nkey: client.publicKey,
      sig: Buffer.from(signature).toString('base64url'),
      auth_token: randomBytes(190).toString('base64url'),
      lang: 'nats.js',
      version: '3.4.0',
      protocol: 1,
    },
    type: 'authorization_request',
    version: 2,
  }
  const claims = { sub: account.publicKey, aud: 'nats-authorization-request', iat: now, exp: now + 86_400, nats }
  const request = encodeJwt(claims, server)
  const sealed = serverXkey.seal(Buffer.from(request), xkey.publicKey)
  return { sealed, request, nkey: client.publicKey, nonce, signature }
}

const own = 'ab'.repeat(32)

/** What a person may do: about as many subjects as a real grant has. */
export const permissions = {
  publish: [
    `kez.send.${own}`,
    `kez.consumer.${own}`,
    ...[0, 1, 2, 3].flatMap((slot) => [
      `$JS.API.CONSUMER.MSG.NEXT.INBOX_0.p_${own}_${slot}`,
      `$JS.ACK.INBOX_0.p_${own}_${slot}.>`,
    ]),
  ],
  subscribe: [`kez.inbox.${own}.>`, `_INBOX_${own}_${'cd'.repeat(16)}.>`],
}
