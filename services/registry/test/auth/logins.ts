import { type NatsClient, openNatsClient } from '@kez-chat/client/nats'
import { createNatsToken, type SigningKey, toBase64url } from '@kez-chat/identity'
import { createNkey, signerFromSeed } from '@kez-chat/nats-jwt'
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node'
import { newKey, register, registrationOf, server, type World } from '../rig.ts'

/** Somebody who is registered in this world. */
export const newPerson = async (world: World): Promise<SigningKey> => {
  const key = newKey()
  await register(world, registrationOf(key))
  return key
}

/** What a client says about itself in CONNECT, for whoever wants to say something else. */
export type Credentials = { nkey?: string; sig?: string; auth_token?: string }

export type Attempt = {
  nkey: string
  nonce: string
  sign(text: string): string
  token(key: SigningKey, login?: object): string
}

/** Logs in with credentials made from the nonce as the test likes; native keys, so that many are cheap. */
export const loginWith = async (
  world: World,
  credentials: (attempt: Attempt) => Credentials,
  options: ConnectionOptions = {},
): Promise<NatsConnection> => {
  const { seed, publicKey: nkey } = createNkey('user')
  const signer = signerFromSeed(seed)
  return connect({
    servers: world.nats.url,
    timeout: 20_000,
    reconnect: false,
    noAsyncTraces: true,
    authenticator: (nonce = '') =>
      // The library's type wants all three; a hostile client does not.
      ({
        nkey: '',
        sig: '',
        ...credentials({
          nkey,
          nonce,
          sign: (text) => toBase64url(signer.sign(Buffer.from(text))),
          token: (key, login = {}) => createNatsToken({ server, nkey, nonce, ...login }, key, Date.now()),
        }),
      }),
    ...options,
  })
}

/** A login as it should be, cheap enough for thousands; `inboxPrefix` is of no use to these. */
export const login = (world: World, key: SigningKey, options: ConnectionOptions = {}): Promise<NatsConnection> =>
  loginWith(world, ({ nkey, nonce, sign, token }) => ({ nkey, sig: sign(nonce), auth_token: token(key) }), options)

/** A login through the library that people's programs use. */
export const openClient = (world: World, signer: SigningKey): Promise<NatsClient> =>
  openNatsClient({ connect, servers: world.nats.url, server, signer, connection: { reconnect: false } })

/** `in`, or how the client was told that it stays out. */
export const outcomeOf = async (attempt: Promise<NatsConnection>): Promise<string> => {
  try {
    const nc = await attempt
    await nc.close()
    return 'in'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
