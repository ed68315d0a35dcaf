import { createNatsToken, type SigningKey, toBase64url } from '@kez-chat/identity'
import { createUserNkey } from '@kez-chat/nats-config'
import {
  createNkey,
  createXkey,
  decodeJwt,
  encodeJwt,
  type NkeySigner,
  signerFromSeed,
  type Xkey,
  xkeyFromSeed,
} from '@kez-chat/nats-jwt'
import type { App } from '@kez-chat/runtime'
import { headers, type MsgHdrs } from '@nats-io/nats-core'
import { connect, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { server as domain, metric, startWorld, type World } from '../rig.ts'
import { newPerson } from './logins.ts'

/** Somebody who has got into the account of the responder and may ask it what only servers ask. */
const intruder = createUserNkey()
const asServer = signerFromSeed(createNkey('server').seed)
const serverXkey = xkeyFromSeed(createXkey().seed)

let world: World
let auth: App
let nc: NatsConnection
let person: SigningKey

/** No server lets a client publish there itself, so it comes by way of an import. */
const addIntruder = (config: string): string =>
  config.replace('auth_users: [', `auth_users: [\n      ${intruder.publicKey}`).replace(
    '  AUTH {',
    `  LAB {
    users: [{ nkey: ${intruder.publicKey} }]
    imports: [{ service: { account: AUTH, subject: "$SYS.REQ.USER.AUTH" }, to: intrusion }]
  }
  AUTH {
    exports: [{ service: "$SYS.REQ.USER.AUTH", accounts: [LAB] }]`,
  )

beforeAll(async () => {
  world = await startWorld({ nats: { config: addIntruder } })
  await world.startRegistry()
  auth = await world.startAuth()
  person = await newPerson(world)
  nc = await connect({ servers: world.nats.url, authenticator: nkeyAuthenticator(Buffer.from(intruder.seed)) })
})
afterAll(async () => {
  await nc?.close()
  await world?.stop()
})

type Wish = {
  signer?: NkeySigner
  claims?: Record<string, unknown>
  nats?: Record<string, unknown>
  connect?: Record<string, unknown>
  clientInfo?: Record<string, unknown>
  sealWith?: Xkey
  sealFor?: string
  header?: string | undefined
  unsealed?: boolean
  change?: (sealed: Uint8Array) => Uint8Array
}

/** A request that is right in everything but what the test wishes. */
const requestOf = (wish: Wish): { jwt: string; user: string } => {
  const nonce = 'YgeP11ny0UHcH3U'
  const client = createNkey('user')
  const user = createNkey('user').publicKey
  const now = Math.floor(Date.now() / 1000)
  const signer = wish.signer ?? asServer
  const nats = {
    server_id: { name: 'n', host: '127.0.0.1', id: signer.publicKey, version: '2.15.1', xkey: serverXkey.publicKey },
    user_nkey: user,
    client_info: { host: '127.0.0.1', id: 1, kind: 'Client', type: 'nats', nonce, ...wish.clientInfo },
    connect_opts: {
      nkey: client.publicKey,
      sig: toBase64url(signerFromSeed(client.seed).sign(Buffer.from(nonce))),
      auth_token: createNatsToken({ server: domain, nkey: client.publicKey, nonce }, person, Date.now()),
      protocol: 1,
      ...wish.connect,
    },
    type: 'authorization_request',
    version: 2,
    ...wish.nats,
  }
  const issuer = world.nats.callout.issuer.publicKey
  const claims = { sub: issuer, aud: 'nats-authorization-request', iat: now, exp: now + 8, nats, ...wish.claims }
  return { jwt: encodeJwt(claims, signer), user }
}

const Response = z.object({
  aud: z.string(),
  sub: z.string(),
  nats: z.object({ jwt: z.string().optional(), error: z.string().optional() }),
})

/** The opened answer, or undefined when there is none. */
const ask = async (wish: Wish = {}): Promise<z.infer<typeof Response> | undefined> => {
  const { jwt } = requestOf(wish)
  const sealer = wish.sealWith ?? serverXkey
  const sealed = wish.unsealed
    ? Buffer.from(jwt)
    : sealer.seal(Buffer.from(jwt), wish.sealFor ?? world.nats.callout.xkey.publicKey)
  const hdrs: MsgHdrs = headers()
  const header = 'header' in wish ? wish.header : sealer.publicKey
  if (header !== undefined) hdrs.set('Nats-Server-Xkey', header)
  const answer = await nc
    .request('intrusion', wish.change ? wish.change(sealed) : sealed, { headers: hdrs, timeout: 700 })
    .catch(() => undefined)
  if (!answer) return undefined
  const opened = Buffer.from(sealer.open(answer.data, world.nats.callout.xkey.publicKey)).toString()
  return Response.parse(decodeJwt(opened, 'account'))
}

const ignored = (reason: string): Promise<number> =>
  metric(auth, 'kez_auth_logins_total', `outcome="ignored",reason="${reason}"`)

test('a sound request is answered, sealed, to the server and about the user that it names', async () => {
  const answer = await ask()
  expect(answer?.aud).toBe(asServer.publicKey)
  expect(answer?.nats.error).toBeUndefined()
  const user = decodeJwt(answer?.nats.jwt ?? '', 'account')
  expect(user.sub).toBe(answer?.sub)
  expect(user.aud).toBe('PEOPLE')
  expect(user.name).toMatch(/^p-[0-9a-f]{24}$/)
  expect(Number(user.exp) - Number(user.iat)).toBe(1_800)
})

test('the name of a person tells nothing, and is the same at each login', async () => {
  const names = await Promise.all([ask(), ask()])
  const [first, second] = names.map((answer) => decodeJwt(answer?.nats.jwt ?? '', 'account').name)
  expect(first).toBe(second)
  expect(String(first)).not.toContain(person.primary.slice(8, 20))
})

test.each<[string, string, () => Wish]>([
  ['is not sealed', 'not_sealed', () => ({ unsealed: true, header: undefined })],
  ['is not sealed but says so', 'not_sealed', () => ({ unsealed: true })],
  ['is sealed for somebody else', 'not_for_us', () => ({ sealFor: createXkey().publicKey })],
  ['names another sealer than it has', 'not_for_us', () => ({ header: createXkey().publicKey })],
  [
    'was changed on the way',
    'not_for_us',
    () => ({ change: (bytes) => bytes.map((byte, i) => (i === 60 ? byte ^ 1 : byte)) }),
  ],
  ['is cut off', 'not_sealed', () => ({ change: (bytes) => bytes.subarray(0, 30) })],
  ['is huge', 'too_large', () => ({ change: () => new Uint8Array(200_000) })],
  [
    'was sealed by another server than signed it',
    'wrong_issuer',
    () => ({ sealWith: xkeyFromSeed(createXkey().seed) }),
  ],
  ['is signed by a user', 'wrong_issuer', () => ({ signer: signerFromSeed(createNkey('user').seed) })],
  [
    'is signed by another server than it names',
    'wrong_issuer',
    () => ({
      nats: { server_id: { name: 'n', host: 'h', id: createNkey('server').publicKey, xkey: serverXkey.publicKey } },
    }),
  ],
  ['is for another audience', 'wrong_audience', () => ({ claims: { aud: 'somebody' } })],
  [
    'is for the callout of another account',
    'wrong_subject',
    () => ({ claims: { sub: createNkey('account').publicKey } }),
  ],
  ['is old', 'expired', () => ({ claims: { exp: Math.floor(Date.now() / 1000) - 10 } })],
  ['is from the future', 'not_yet_valid', () => ({ claims: { nbf: Math.floor(Date.now() / 1000) + 60 } })],
  ['is of another kind', 'wrong_type', () => ({ nats: { type: 'user', version: 2 } })],
  ['wants a user that is no user', 'wrong_kind', () => ({ nats: { user_nkey: createNkey('account').publicKey } })],
  ['lacks what it must have', 'malformed', () => ({ nats: { connect_opts: 'none' } })],
])('a request that %s gets no answer', async (_, reason, wish) => {
  const before = await ignored(reason)
  expect(await ask(wish())).toBeUndefined()
  expect(await ignored(reason)).toBe(before + 1)
})

test.each<[string, string, Wish]>([
  ['without a nonce', 'bad_nonce', { clientInfo: { nonce: undefined } }],
  [
    'with a nonce that no server gives',
    'bad_nonce_signature',
    { clientInfo: { nonce: 'GET\n/v1/inbox/alice\nsince=0\n1770000000' } },
  ],
  ['with a signature of junk', 'bad_nonce_signature', { connect: { sig: 'AAAA' } }],
  ['with an nkey that is none', 'bad_nonce_signature', { connect: { nkey: 'UABC' } }],
  ['with a huge token', 'malformed_token', { connect: { auth_token: 'A'.repeat(10_000) } }],
  [
    'with a password instead',
    'no_nkey',
    { connect: { nkey: undefined, sig: undefined, auth_token: undefined, user: 'a', pass: 'b' } },
  ],
])('well-formed credentials %s are refused with their reason', async (_, reason, wish) => {
  const answer = await ask(wish)
  expect(answer?.nats.jwt).toBeUndefined()
  expect(answer?.nats.error).toMatch(new RegExp(`^${reason}: `))
})
