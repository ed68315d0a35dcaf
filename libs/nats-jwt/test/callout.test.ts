import { startTestNats, type TestNats } from '@kez-chat/testkit'
import { connect, type Msg, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  createNkey,
  decodeAuthRequest,
  encodeAuthResponse,
  encodeUserJwt,
  type NkeySigner,
  signerFromSeed,
  verifyNonceSignature,
  type Xkey,
  xkeyFromSeed,
} from '../src/index.ts'

let account: NkeySigner
let xkey: Xkey
const admitted = createNkey('user')
const permissions = { publish: ['own.>'], subscribe: ['own.>'] }
let nats: TestNats
let responder: NatsConnection

/** A responder of this library's parts only: lets one nkey in and tells everybody else why not. */
const answer = (message: Msg): void => {
  const sender = message.headers?.get('Nats-Server-Xkey') ?? ''
  const now = Date.now()
  const request = decodeAuthRequest(Buffer.from(xkey.open(message.data, sender)).toString(), {
    now,
    account: account.publicKey,
  })
  const { user_nkey: user, server_id: server, client_info: client, connect_opts: options } = request
  expect(server.xkey).toBe(sender)
  verifyNonceSignature(options.nkey ?? '', client.nonce ?? '', options.sig ?? '')
  const grant = { user, account: 'PEOPLE', name: 'audit-1', permissions, now, seconds: 60 }
  const outcome =
    options.nkey === admitted.publicKey ? { jwt: encodeUserJwt(grant, account) } : { error: 'unknown nkey' }
  const response = encodeAuthResponse({ user, server: server.id, now, outcome }, account)
  message.respond(xkey.seal(Buffer.from(response), sender))
}

const login = (seed: string): Promise<NatsConnection> =>
  connect({ servers: nats.url, authenticator: nkeyAuthenticator(Buffer.from(seed)), reconnect: false, timeout: 20_000 })

beforeAll(async () => {
  nats = await startTestNats()
  account = signerFromSeed(nats.callout.issuer.seed)
  xkey = xkeyFromSeed(nats.callout.xkey.seed)
  responder = await login(nats.seeds.auth)
  responder.subscribe('$SYS.REQ.USER.AUTH', { callback: (_error, message) => answer(message) })
  await responder.flush()
})

afterAll(async () => {
  await responder?.close()
  await nats?.stop()
})

it('logs a client in at a real server: request opened and verified, answer believed', async () => {
  const person = await login(admitted.seed)
  const heard = new Promise<string>((resolve) => {
    person.subscribe('own.feed', { callback: (_error, message) => resolve(message.string()) })
  })
  person.publish('own.feed', 'hello')
  expect(await heard).toBe('hello')
  await person.close()
})

it('grants what the user JWT says and nothing else', async () => {
  const person = await login(admitted.seed)
  const refused = new Promise<string>((resolve) => {
    person.subscribe('foreign.feed', { callback: (error) => resolve(error?.message ?? 'heard') })
  })
  expect(await refused).toMatch(/permission/i)
  await person.close()
})

it('keeps out whom the answer refuses', async () => {
  await expect(login(createNkey('user').seed)).rejects.toThrow(/authorization/i)
})
