import { type ErrorCode, maxEnvelopeBytes } from '@kez-chat/contracts'
import { jcsBytes, type SigningKey, signEnvelope } from '@kez-chat/identity'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import {
  newEnvelope,
  newHandle,
  newKey,
  newPerson,
  type Person,
  type Rig,
  registrationOf,
  startRig,
  type TestGateway,
} from './rig.ts'

let rig: Rig
let gateway: TestGateway
let alice: Person

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
  alice = await newPerson(gateway)
})
afterAll(async () => rig?.stop())

const send = (method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(gateway.baseUrl + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  })

/** Bodies that no route may take, whatever it expects. */
const badBodies: [string, BodyInit, ErrorCode][] = [
  ['nothing', '', 'malformed'],
  ['half a document', '{"to":', 'malformed'],
  ['two documents', '{}{}', 'malformed'],
  ['NaN', '{"to":NaN}', 'malformed'],
  ['a list', '[]', 'malformed'],
  ['a text', '"hello"', 'malformed'],
  ['null', 'null', 'malformed'],
  ['bad UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'malformed'],
  ['an overlong UTF-8 slash', Uint8Array.from([0x22, 0xc0, 0xaf, 0x22]), 'malformed'],
  ['a byte order mark', '\ufeff{}', 'malformed'],
  ['U+0000', '{"a":"\\u0000"}', 'malformed'],
  ['a lone surrogate', '{"a":"\\ud800"}', 'malformed'],
  ['a number that is not exact', '{"a":9007199254740993}', 'malformed'],
  ['__proto__', '{"__proto__":{"admin":true}}', 'malformed'],
  ['a nesting of 65', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'malformed'],
  ['a nesting as deep as fits', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'malformed'],
  ['more than 512 KiB', `{"a":"${'x'.repeat(512 * 1024)}"}`, 'too_large'],
]

const bodyRoutes = [
  ['POST', '/v1/register'],
  ['POST', '/v1/messages'],
] as const

describe.each(bodyRoutes)('%s %s', (method, path) => {
  test.each(badBodies)('refuses %s', async (_, body, code) => {
    await expectProblem(await send(method, path, body), code)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'nonsense'])(
    'refuses a body of %s',
    async (type) => {
      await expectProblem(await send(method, path, '{}', { 'content-type': type }), 'unsupported_media_type')
    },
  )
})

test.each(badBodies)('PUT transport refuses %s', async (_, body, code) => {
  const response = await send('PUT', `/v1/profile/${alice.handle}/transport`, body)
  // A body that could be read is judged after the signature, which is missing here.
  await expectProblem(response, ['a list', 'a text', 'null', 'nothing'].includes(_) ? 'unauthorized' : code)
})

test.each([
  ['no recipient', { envelope: {} }, 'malformed'],
  ['a recipient that is a number', { to: 1, envelope: {} }, 'malformed'],
  ['an empty recipient', { to: '', envelope: {} }, 'malformed'],
  ['a recipient of 400 letters', { to: 'x'.repeat(400), envelope: {} }, 'malformed'],
  ['no envelope', { to: 'alice' }, 'malformed'],
  ['an envelope that is a list', { to: 'alice', envelope: [] }, 'malformed'],
  ['an envelope that is a text', { to: 'alice', envelope: 'x' }, 'malformed'],
  ['wake that is a text', { to: 'alice', envelope: {}, wake: 'yes' }, 'malformed'],
  ['an unknown recipient', { to: 'nobody-here', envelope: {} }, 'not_found'],
  ['a recipient nobody can be', { to: '../alice', envelope: {} }, 'not_found'],
  ['a recipient in capitals', { to: 'ALICE', envelope: {} }, 'not_found'],
  ['a recipient of another server', { to: 'bob@elsewhere.example', envelope: {} }, 'wrong_server'],
  ['a recipient with two servers', { to: 'bob@localhost@elsewhere.example', envelope: {} }, 'wrong_server'],
] satisfies [string, unknown, ErrorCode][])('POST /v1/messages refuses %s', async (_, body, code) => {
  await expectProblem(await send('POST', '/v1/messages', JSON.stringify(body)), code)
})

test('an envelope of 256 KiB as JCS is taken, one byte more is too large, however it is written', async () => {
  const frame = jcsBytes({ c: '' }).length
  const exact = { c: 'é'.repeat((maxEnvelopeBytes - frame) / 2) }
  expect(jcsBytes(exact).length).toBe(maxEnvelopeBytes)
  const spacious = JSON.stringify({ to: alice.handle, envelope: exact }, null, 4)
  expect((await send('POST', '/v1/messages', spacious)).status).toBe(201)
  const larger = { c: `${exact.c}x` }
  await expectProblem(
    await send('POST', '/v1/messages', JSON.stringify({ to: alice.handle, envelope: larger })),
    'too_large',
  )
})

describe('POST /v1/register', () => {
  const signed = (change: Record<string, unknown>, key = newKey()) =>
    JSON.parse(
      JSON.stringify(
        signEnvelope(
          'handle_registration',
          {
            type: 'kez.chat.handle_registration',
            version: 1,
            handle: newHandle(),
            primary: key.primary,
            server: 'localhost',
            created_at: new Date().toISOString(),
            ...change,
          },
          key,
        ),
      ),
    )
  const good = (key: SigningKey = newKey()) => JSON.parse(JSON.stringify(registrationOf(newHandle(), key)))
  const minutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString()

  test.each([
    ['another tag', () => ({ ...good(), kez: 'claim' }), 'wrong_type'],
    ['no payload', () => ({ kez: 'handle_registration', signature: {} }), 'malformed'],
    ['a payload that is a list', () => ({ ...good(), payload: [] }), 'malformed'],
    ['another type', () => signed({ type: 'kez.chat.other' }), 'wrong_type'],
    ['another version', () => signed({ version: 2 }), 'unknown_version'],
    ["somebody else's key in the signature", () => ({ ...good(), signature: { ...good().signature } }), 'key_mismatch'],
    [
      'a tampered signature',
      () => {
        const envelope = good()
        const sig: string = envelope.signature.sig
        return {
          ...envelope,
          signature: { ...envelope.signature, sig: (sig.startsWith('0') ? '1' : '0') + sig.slice(1) },
        }
      },
      'invalid_signature',
    ],
    [
      'a tampered handle',
      () => {
        const envelope = good()
        return { ...envelope, payload: { ...envelope.payload, handle: newHandle() } }
      },
      'invalid_signature',
    ],
    [
      'another algorithm',
      () => {
        const envelope = good()
        return { ...envelope, signature: { ...envelope.signature, alg: 'nostr-secp256k1-schnorr-sha256-jcs' } }
      },
      'unsupported_algorithm',
    ],
    ['another server', () => signed({ server: 'elsewhere.example' }), 'wrong_server'],
    ['a reserved handle', () => signed({ handle: 'admin' }), 'handle_reserved'],
    ['a handle of two letters', () => signed({ handle: 'al' }), 'handle_invalid'],
    ['a handle in capitals', () => signed({ handle: 'Alice' }), 'handle_invalid'],
    ['a handle of 33 letters', () => signed({ handle: 'a'.repeat(33) }), 'handle_invalid'],
    ['a handle with a dot', () => signed({ handle: 'al.ice' }), 'handle_invalid'],
    ['a time 6 minutes ago', () => signed({ created_at: minutes(-6) }), 'stale_timestamp'],
    ['a time in 6 minutes', () => signed({ created_at: minutes(6) }), 'stale_timestamp'],
    ['a handle that is a number', () => signed({ handle: 5 }), 'malformed'],
  ] satisfies [string, () => unknown, ErrorCode][])('refuses %s', async (_, body, code) => {
    await expectProblem(await send('POST', '/v1/register', JSON.stringify(body())), code)
  })
})

test.each([
  ['GET', '/v1/u/al', 'not_found'],
  ['GET', '/v1/u/Alice', 'not_found'],
  ['GET', '/v1/u/%00', 'not_found'],
  ['GET', `/v1/u/${'a'.repeat(150)}`, 'not_found'],
  ['GET', `/v1/u/${'a'.repeat(300)}`, 'not_found'],
  ['GET', '/v1/u/%zz', 'malformed'],
  ['GET', '/v1/u/nobody-at-all', 'not_found'],
  ['GET', '/v1/by-primary/alice', 'malformed'],
  ['GET', `/v1/by-primary/ed25519:${'AB'.repeat(32)}`, 'malformed'],
  ['GET', '/v1/by-primary/nostr:npub1xyz', 'malformed'],
  ['GET', `/v1/by-primary/ed25519:${'ab'.repeat(32)}`, 'not_found'],
  ['GET', '/.well-known/webfinger', 'malformed'],
  ['GET', '/.well-known/webfinger?resource=alice', 'malformed'],
  ['GET', '/.well-known/webfinger?resource=acct:a&resource=acct:b', 'malformed'],
  ['GET', '/.well-known/webfinger?resource=acct:nobody@localhost', 'not_found'],
  ['GET', '/.well-known/webfinger?resource=acct:nobody@elsewhere.example', 'not_found'],
  ['GET', '/.well-known/webfinger?resource=https://localhost/alice', 'not_found'],
  ['GET', `/.well-known/nostr.json?name=${'a'.repeat(200)}`, 'malformed'],
  ['GET', '/v1/nothing', 'not_found'],
  ['GET', '/v1', 'not_found'],
  ['GET', '/v1/u/', 'not_found'],
  ['GET', '/.well-known/other', 'not_found'],
  ['POST', '/v1/u/alice', 'method_not_allowed'],
  ['DELETE', '/v1/messages', 'method_not_allowed'],
  ['GET', '/v1/register', 'method_not_allowed'],
  ['PATCH', '/v1/inbox/alice', 'method_not_allowed'],
  ['OPTIONS', '/v1/messages', 'method_not_allowed'],
  ['GET', '/v1/inbox/nobody-at-all', 'not_found'],
  ['GET', '/v1/inbox/Alice', 'not_found'],
  ['GET', '/v1/inbox/nobody-at-all/stream', 'not_found'],
  ['DELETE', '/v1/inbox/nobody-at-all?through=1', 'not_found'],
] satisfies [string, string, ErrorCode][])('%s %s is %s', async (method, path, code) => {
  const response = await fetch(gateway.baseUrl + path, { method })
  await expectProblem(response, code)
  if (code === 'method_not_allowed') expect(response.headers.get('allow')).toMatch(/[A-Z]/)
})

test.each([
  'since=-1',
  'since=01',
  'since=1.5',
  'since=1e3',
  'since=0x10',
  'since=',
  'since=99999999999999999',
  'since=1&since=2',
  'since=%F0%9F%98%80',
])('GET inbox and stream refuse %s', async (query) => {
  for (const path of [`/v1/inbox/${alice.handle}?${query}`, `/v1/inbox/${alice.handle}/stream?${query}`]) {
    const auth = `${Math.floor(Date.now() / 1000)}:${'0'.repeat(128)}`
    const response = await fetch(gateway.baseUrl + path, { headers: { 'x-kez-auth': auth } })
    // The stream's signature does not cover `since`, so there a signature that is wrong is found first.
    await expectProblem(response, path.includes('/stream') ? 'invalid_signature' : 'malformed')
  }
})

test('after all that the server still works', async () => {
  expect((await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })).id).toMatch(/^[0-9a-f]{64}$/)
})
