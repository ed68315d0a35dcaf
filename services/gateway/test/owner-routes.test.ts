import { type ErrorCode, type RouteRule, routeRules } from '@kez-chat/contracts'
import {
  type AuthText,
  createTransportBinding,
  inboxAuthText,
  inviteCodeOf,
  inviteHash,
  mutationAuthText,
  newInvitationSecret,
  parseHandle,
  pushAuthText,
  randomBytes,
  type SigningKey,
  signRequest,
  streamAuthText,
  utf8,
} from '@kez-chat/identity'
import type { App } from '@kez-chat/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import { newEnvelope, newPerson, type Person, type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway
let other: TestGateway
let push: App
let alice: Person
let bob: Person

beforeAll(async () => {
  rig = await startRig()
  push = await rig.startPush()
  gateway = await rig.startGateway()
  other = await rig.startGateway()
  alice = await newPerson(gateway)
  bob = await newPerson(gateway)
  for (const person of [alice, bob]) {
    const code = inviteHash(inviteCodeOf(newInvitationSecret()))
    const { id } = await gateway.client.issueInvite(person, { ...code, uses: 1, expiresAt: Date.now() + 3_600_000 })
    issued.set(person.handle, id)
  }
})
afterAll(async () => {
  await push?.stop()
  await rig?.stop()
})

type Request = { method: string; path: string; body?: string; text: AuthText }

const transportSecret = randomBytes(32)
/** A code of each person, to be revoked. */
const issued = new Map<string, string>()
const change = (method: string, path: string, body?: string): Request => ({
  method,
  path,
  text: mutationAuthText({ server: 'localhost', method, path }, utf8(body ?? '')),
  ...(body === undefined ? {} : { body }),
})

const endpoint = 'https://updates.push.services.mozilla.com/wpush/v2/gAAAAA'

/** A change of a push subscription is signed over its endpoint in place of the body. */
const pushChange = (action: string, { handle }: Person): Request => {
  const path = `/v1/push/${action}/${handle}`
  const body = JSON.stringify({ endpoint })
  return { method: 'POST', path, body, text: pushAuthText({ server: 'localhost', method: 'POST', path }, endpoint) }
}

/** A good request of each route that belongs to one person. A new such route has to be added here. */
const requests: Record<string, (person: Person) => Request> = {
  'GET /v1/inbox/:handle': ({ handle }) => ({
    method: 'GET',
    path: `/v1/inbox/${handle}?since=0`,
    text: inboxAuthText(parseHandle(handle), 0),
  }),
  'GET /v1/inbox/:handle/stream': ({ handle }) => ({
    method: 'GET',
    path: `/v1/inbox/${handle}/stream`,
    text: streamAuthText(parseHandle(handle)),
  }),
  'DELETE /v1/inbox/:handle': ({ handle }) => change('DELETE', `/v1/inbox/${handle}?through=0`),
  'PUT /v1/profile/:handle/proofs': ({ handle }) =>
    change('PUT', `/v1/profile/${handle}/proofs`, JSON.stringify({ proofs: ['dns:example.test'] })),
  'POST /v1/push/subscribe/:handle': (person) => pushChange('subscribe', person),
  'POST /v1/push/unsubscribe/:handle': (person) => pushChange('unsubscribe', person),
  'POST /v1/push/test/:handle': (person) => pushChange('test', person),
  'GET /v1/push/subscriptions/:handle': ({ handle }) => {
    const path = `/v1/push/subscriptions/${handle}`
    return { method: 'GET', path, text: mutationAuthText({ server: 'localhost', method: 'GET', path }) }
  },
  'DELETE /v1/push/subscriptions/:handle/:fingerprint': ({ handle }) =>
    change('DELETE', `/v1/push/subscriptions/${handle}/${'ab'.repeat(32)}`),
  'GET /v1/invites/:handle': ({ handle }) => {
    const path = `/v1/invites/${handle}`
    return { method: 'GET', path, text: mutationAuthText({ server: 'localhost', method: 'GET', path }) }
  },
  'POST /v1/invites/:handle': ({ handle }) =>
    change(
      'POST',
      `/v1/invites/${handle}`,
      JSON.stringify({
        ...inviteHash(inviteCodeOf(newInvitationSecret())),
        uses: 1,
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    ),
  'DELETE /v1/invites/:handle/:id': ({ handle }) => change('DELETE', `/v1/invites/${handle}/${issued.get(handle)}`),
  'PUT /v1/profile/:handle/transport': ({ handle, signer }) =>
    change(
      'PUT',
      `/v1/profile/${handle}/transport`,
      JSON.stringify(createTransportBinding(transportSecret, signer.primary, 'localhost')),
    ),
}

const send = async (request: Request, auth: string | undefined, at = gateway): Promise<Response> => {
  const abort = new AbortController()
  const response = await fetch(at.baseUrl + request.path, {
    method: request.method,
    headers: {
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(auth === undefined ? {} : { 'x-kez-auth': auth }),
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    signal: abort.signal,
  })
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) abort.abort()
  return response
}

const sign = (request: Request, key: SigningKey, secondsAgo = 0): string =>
  signRequest(request.text, key, Date.now() - secondsAgo * 1000)

const flip = (auth: string): string => auth.slice(0, -1) + (auth.endsWith('0') ? '1' : '0')

const owned = Object.entries<RouteRule>(routeRules).filter(
  ([, rule]) => rule === 'owner-reads' || rule === 'owner-changes',
)

test('every route that belongs to one person is tried here', () => {
  expect(Object.keys(requests).sort()).toEqual(owned.map(([id]) => id).sort())
})

describe.each(owned)('%s', (id, rule) => {
  const requestOf = (person: Person): Request => {
    const make = requests[id]
    if (!make) throw new TypeError(`no request for ${id}`)
    return make(person)
  }

  test('is open to its owner', async () => {
    const request = requestOf(alice)
    expect((await send(request, sign(request, alice.signer))).status).toBeLessThan(300)
    const late = requestOf(alice)
    expect((await send(late, sign(late, alice.signer, 57))).status).toBeLessThan(300)
  })

  test.each([
    ['without a signature', () => undefined, 'unauthorized'],
    ['with an empty signature', () => '', 'unauthorized'],
    ['with half a signature', (request) => sign(request, alice.signer).slice(0, 60), 'unauthorized'],
    ['with a signature in capitals', (request) => sign(request, alice.signer).toUpperCase(), 'unauthorized'],
    ['with a time that is none', (request) => sign(request, alice.signer).replace(/^\d+/, '1e9'), 'unauthorized'],
    ["with somebody else's signature", (request) => sign(request, bob.signer), 'invalid_signature'],
    ['with a tampered signature', (request) => flip(sign(request, alice.signer)), 'invalid_signature'],
    [
      'with a time that was not signed',
      (request) => sign(request, alice.signer, 5).replace(/^\d+/, String(Math.floor(Date.now() / 1000))),
      'invalid_signature',
    ],
    ['with a signature of 65 seconds ago', (request) => sign(request, alice.signer, 65), 'stale_auth'],
    ['with a signature of 65 seconds ahead', (request) => sign(request, alice.signer, -65), 'stale_auth'],
    [
      'with a signature for another route',
      (request) =>
        signRequest(
          mutationAuthText({ server: 'localhost', method: 'POST', path: '/v1/x' }),
          alice.signer,
          Date.now(),
        ) + request.path.slice(0, 0),
      'invalid_signature',
    ],
  ] satisfies [string, (request: Request) => string | undefined, ErrorCode][])(
    'is closed %s',
    async (_, auth, code) => {
      const request = requestOf(alice)
      await expectProblem(await send(request, auth(request)), code)
    },
  )

  test("is closed to the owner of another handle, who signs for the other's path", async () => {
    const request = requestOf(bob)
    await expectProblem(await send(request, sign(request, alice.signer)), 'invalid_signature')
  })

  if (rule === 'owner-reads') {
    test('takes ?auth= as well, and nothing else may be slipped in with it', async () => {
      const request = requestOf(alice)
      const auth = sign(request, alice.signer)
      const joined = request.path.includes('?') ? '&' : '?'
      const withQuery = { ...request, path: `${request.path}${joined}auth=${auth}` }
      expect((await send(withQuery, undefined)).status).toBe(200)
      await expectProblem(await send({ ...withQuery, path: `${withQuery.path}&auth=${auth}` }, undefined), 'malformed')
    })
  } else {
    test('does not take ?auth=', async () => {
      const request = requestOf(alice)
      const joined = request.path.includes('?') ? '&' : '?'
      const withQuery = { ...request, path: `${request.path}${joined}auth=${sign(request, alice.signer)}` }
      await expectProblem(await send(withQuery, undefined), 'unauthorized')
    })

    test('is bound to server, method, path, query and body', async () => {
      const request = requestOf(alice)
      const [path = '', query] = request.path.split('?')
      const wrong = [
        { ...request, text: mutationAuthText({ server: 'elsewhere.example', ...request }, utf8(request.body ?? '')) },
        {
          ...request,
          text: mutationAuthText(
            { server: 'localhost', method: request.method === 'POST' ? 'PUT' : 'POST', path: request.path },
            utf8(request.body ?? ''),
          ),
        },
        { ...request, text: mutationAuthText({ server: 'localhost', ...request }, utf8(`${request.body ?? ''} `)) },
        {
          ...request,
          text: mutationAuthText(
            { server: 'localhost', method: request.method, path: query ? path : `${path}?x=1` },
            utf8(request.body ?? ''),
          ),
        },
      ]
      for (const attempt of wrong)
        await expectProblem(await send(attempt, sign(attempt, alice.signer)), 'invalid_signature')
    })

    test('acts once per signature: a repeat, at every gateway and at once, gets the first answer', async () => {
      const request = requestOf(alice)
      // A second of its own: the signature of an earlier test in the same second would be the same one.
      const auth = sign(request, alice.signer, 30)
      const all = await Promise.all(Array.from({ length: 10 }, (_, i) => send(request, auth, i % 2 ? gateway : other)))
      const answers = await Promise.all(all.map(async (response) => `${response.status} ${await response.text()}`))
      expect(new Set(answers).size).toBe(1)
      expect(all[0]?.status).toBeLessThan(300)
      expect(`${(await send(request, auth, other)).status}`).toBe(answers[0]?.slice(0, 3))
    })
  }
})

test('a replayed free does not free what has come since', async () => {
  const carol = await newPerson(gateway)
  const { seq } = await gateway.client.postMessage({ to: carol.handle, envelope: newEnvelope() })
  const request = change('DELETE', `/v1/inbox/${carol.handle}?through=${seq}`)
  const auth = sign(request, carol.signer)
  expect((await send(request, auth)).status).toBe(204)
  const second = await gateway.client.postMessage({ to: carol.handle, envelope: newEnvelope() })
  const stretched = { ...request, path: `/v1/inbox/${carol.handle}?through=${second.seq}` }
  await expectProblem(await send(stretched, auth), 'invalid_signature')
  expect((await send(request, auth, other)).status).toBe(204)
  expect((await gateway.client.readInbox(carol)).messages).toHaveLength(1)
})

test('a refused change stays refused under its signature', async () => {
  const carol = await newPerson(gateway)
  const request = change('DELETE', `/v1/inbox/${carol.handle}?through=9007199254740991`)
  const auth = sign(request, carol.signer)
  for (const at of [gateway, other, gateway]) await expectProblem(await send(request, auth, at), 'cursor_reset')
})

test('a change that failed because a service was away may be tried again with the same signature', async () => {
  const carol = await newPerson(gateway)
  const { method, path, body, text } = change(
    'PUT',
    `/v1/profile/${carol.handle}/transport`,
    JSON.stringify(createTransportBinding(randomBytes(32), carol.signer.primary, 'localhost')),
  )
  const request = { method, path, text, body: body ?? '' }
  const auth = sign(request, carol.signer)
  await rig.registry.stop()
  try {
    await expectProblem(await send(request, auth), 'unavailable')
  } finally {
    await rig.registry.start()
  }
  const response = await send(request, auth, other)
  expect(response.status).toBe(200)
  expect((await response.json()).nostr).toBe(JSON.parse(request.body).nostr)
})

test('a bound transport key is found by every lookup and by NIP-05', async () => {
  const carol = await newPerson(gateway)
  const binding = createTransportBinding(randomBytes(32), carol.signer.primary, 'localhost')
  const profile = await gateway.client.bindTransport(carol, binding)
  expect(profile).toEqual({ ...carol.profile, nostr: binding.nostr })
  await expect.poll(() => other.client.lookup(carol.handle)).toEqual(profile)
  const nip05 = await fetch(`${gateway.baseUrl}/.well-known/nostr.json?name=${carol.handle}`)
  expect(await nip05.json()).toEqual({ names: { [carol.handle]: binding.nostr } })
})

test.each([
  ['of another person', () => createTransportBinding(randomBytes(32), bob.signer.primary, 'localhost')],
  ['for another server', () => createTransportBinding(randomBytes(32), alice.signer.primary, 'elsewhere.example')],
  ['that is no signature', () => ({ nostr: 'ab'.repeat(32), proof: 'cd'.repeat(64) })],
  ['that is too short', () => ({ nostr: 'ab'.repeat(32), proof: 'cd' })],
])('a transport key with a proof %s is refused', async (_, binding) => {
  const request = change('PUT', `/v1/profile/${alice.handle}/transport`, JSON.stringify(binding()))
  await expectProblem(await send(request, sign(request, alice.signer)), 'invalid')
})
