import { Algorithms, type AuthorizationRequest, encode } from '@nats-io/jwt'
import type { KeyPair } from '@nats-io/nkeys'
import { createNkey } from '../src/index.ts'
import { stockPair } from './oracle.ts'

/** 2026-01-01T00:00:00Z in unix seconds. */
export const requestedAt = 1_767_225_600

/** The claims of a request as nats-server 2.15.1 makes them. */
export const requestClaims = (
  server: KeyPair,
  account: string,
  user = createNkey('user').publicKey,
): { sub: string; aud: string; exp: number; nats: AuthorizationRequest; [claim: string]: unknown } => ({
  sub: account,
  aud: 'nats-authorization-request',
  exp: requestedAt + 2,
  nats: {
    server_id: { name: 's1', host: '127.0.0.1', id: server.getPublicKey(), version: '2.15.1', xkey: 'X' },
    user_nkey: user,
    client_info: { host: '127.0.0.1', id: 7, kind: 'Client', type: 'nats', nonce: 'PqXxZ3bQkTn1c2U' },
    connect_opts: { nkey: user, sig: 'sig', auth_token: 'token', lang: 'nats.js', version: '3.4.0', protocol: 1 },
    type: 'authorization_request',
    version: 2,
  },
})

/** Signs claims with the stock library, as they are. */
export const signRequest = (claims: Record<string, unknown>, signer: KeyPair): Promise<string> =>
  encode(
    Algorithms.v2,
    { sub: '', aud: '', iat: 0, jti: '', iss: '', name: '', nats: {}, ...structuredClone(claims) },
    signer,
  )

export const aServer = (): KeyPair => stockPair('server')
