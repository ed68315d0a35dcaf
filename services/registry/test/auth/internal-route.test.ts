import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNatsToken, type SigningKey, toBase64url } from '@kez-chat/identity'
import { createNkey, decodeJwt, encodeJwt, signerFromSeed } from '@kez-chat/nats-jwt'
import { type App, type InternalServer, readInternalTls, startInternalServer } from '@kez-chat/runtime'
import { createCertificateAuthority } from '@kez-chat/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { server as domain, newKey, startWorld, type World } from '../rig.ts'
import { newPerson } from './logins.ts'

const secret = 'a-secret-of-forty-characters-for-this-test'
const nats = signerFromSeed(createNkey('server').seed)
let world: World
let auth: App
let internal: InternalServer
let person: SigningKey
let dir: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kez-test-auth-'))
  writeFileSync(join(dir, 'secret'), `${secret}\n`)
  world = await startWorld()
  await world.startRegistry()
  auth = await world.startAuth({ KEZ_AUTH_HTTP_SECRET_FILE: join(dir, 'secret') })
  internal = await startInternalServer([auth], { host: '127.0.0.1', port: 0 })
  person = await newPerson(world)
})
afterAll(async () => {
  await internal?.stop()
  await world?.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** A request as a server signs it and an operator's front opens it. */
const requestOf = (key: SigningKey): string => {
  const nonce = 'YgeP11ny0UHcH3U'
  const client = createNkey('user')
  const now = Math.floor(Date.now() / 1000)
  return encodeJwt(
    {
      sub: world.nats.callout.issuer.publicKey,
      aud: 'nats-authorization-request',
      iat: now,
      exp: now + 8,
      nats: {
        server_id: { name: 'n', host: '127.0.0.1', id: nats.publicKey },
        user_nkey: createNkey('user').publicKey,
        client_info: { nonce },
        connect_opts: {
          nkey: client.publicKey,
          sig: toBase64url(signerFromSeed(client.seed).sign(Buffer.from(nonce))),
          auth_token: createNatsToken({ server: domain, nkey: client.publicKey, nonce }, key, Date.now()),
          protocol: 1,
        },
        type: 'authorization_request',
        version: 2,
      },
    },
    nats,
  )
}

const post = (body: string, authorization?: string, method = 'POST') =>
  fetch(`http://127.0.0.1:${internal.port}/internal/nats/auth`, {
    method,
    ...(method === 'POST' ? { body } : {}),
    headers: authorization === undefined ? {} : { authorization },
  })

test('gives the same decision as the responder: a signed response with a user JWT, or with the reason why not', async () => {
  const answer = await post(requestOf(person), `Bearer ${secret}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/jwt')
  const response = decodeJwt(await answer.text(), 'account')
  expect(response).toMatchObject({ iss: world.nats.callout.issuer.publicKey, aud: nats.publicKey })
  expect(response.nats).toMatchObject({ jwt: expect.stringContaining('.') })
  const refused = decodeJwt(await (await post(requestOf(newKey()), `Bearer ${secret}`)).text(), 'account')
  expect(refused.nats).toMatchObject({ error: expect.stringMatching(/^unknown_identity: /) })
})

test.each([
  ['no secret', undefined],
  ['a wrong secret', 'Bearer another-secret-of-forty-characters-or-so'],
  ['a secret that is too long', `Bearer ${secret}x`],
  ['another scheme', `Basic ${secret}`],
  ['no word', ''],
])('is closed with %s', async (_, authorization) => {
  const answer = await post(requestOf(person), authorization)
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ code: 'forbidden' })
})

test.each([
  ['nothing', ''],
  ['no JWT', 'hello'],
  ['a JWT of a user', encodeJwt({ sub: 'x', aud: 'y', iat: 0, nats: {} }, signerFromSeed(createNkey('user').seed))],
])('says of %s that it is malformed', async (_, body) => {
  const answer = await post(body, `Bearer ${secret}`)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ code: 'malformed' })
})

test('refuses a body that is too long, whether it says so or not, and other methods', async () => {
  expect((await post('x'.repeat(100_000), `Bearer ${secret}`)).status).toBe(413)
  const unannounced = new Blob(['x'.repeat(100_000)]).stream()
  const answer = await fetch(`http://127.0.0.1:${internal.port}/internal/nats/auth`, {
    method: 'POST',
    body: unannounced,
    ...{ duplex: 'half' },
    headers: { authorization: `Bearer ${secret}` },
  })
  expect(answer.status).toBe(413)
  expect((await post('', `Bearer ${secret}`, 'GET')).status).toBe(405)
})

test('without a secret and without certificates it is closed to everybody', async () => {
  const other = await world.startAuth()
  const closed = await startInternalServer([other], { host: '127.0.0.1', port: 0 })
  const answer = await fetch(`http://127.0.0.1:${closed.port}/internal/nats/auth`, {
    method: 'POST',
    body: requestOf(person),
    headers: { authorization: 'Bearer undefined' },
  })
  expect(answer.status).toBe(403)
  await closed.stop()
  await other.stop()
})

describe('with certificates', () => {
  const read = (name: string) => readFileSync(join(dir, name), 'utf8')
  let tls: InternalServer

  beforeAll(async () => {
    const ca = await createCertificateAuthority(dir, 'ca')
    for (const name of ['listener', 'front']) ca.issue(name)
    ;(await createCertificateAuthority(dir, 'strangers')).issue('stranger')
    tls = await startInternalServer(
      [auth],
      { host: '127.0.0.1', port: 0 },
      await readInternalTls({
        internalTlsCertFile: join(dir, 'listener.pem'),
        internalTlsKeyFile: join(dir, 'listener.key'),
        internalTlsClientCaFile: join(dir, 'ca.pem'),
      }),
    )
  })
  afterAll(() => tls?.stop())

  const call = (path: string, client?: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const identity = client === undefined ? {} : { cert: read(`${client}.pem`), key: read(`${client}.key`) }
      const method = path === '/readyz' ? 'GET' : 'POST'
      const request = httpsRequest(
        { host: '127.0.0.1', port: tls.port, path, method, ca: read('ca.pem'), ...identity },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
      request.once('error', reject)
      request.end(method === 'POST' ? requestOf(person) : undefined)
    })

  test('a client certificate of the authority opens it, none and one of somebody else do not; probes need none', async () => {
    expect(await call('/internal/nats/auth', 'front')).toBe(200)
    expect(await call('/internal/nats/auth')).toBe(403)
    expect(await call('/internal/nats/auth', 'stranger')).toBe(403)
    expect(await call('/readyz')).toBe(200)
  })

  test('settings that are only partly there are refused', async () => {
    await expect(readInternalTls({ internalTlsCertFile: join(dir, 'listener.pem') })).rejects.toThrow(/belong together/)
    await expect(
      readInternalTls({
        internalTlsCertFile: join(dir, 'gone.pem'),
        internalTlsKeyFile: join(dir, 'listener.key'),
        internalTlsClientCaFile: join(dir, 'ca.pem'),
      }),
    ).rejects.toThrow(/gone\.pem .*cannot be read/)
  })
})
