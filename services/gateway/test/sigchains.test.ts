import { ChainPage } from '@kez-chat/contracts'
import {
  createEvent,
  emptyChain,
  type NewChange,
  nostrPublicKeyOf,
  nostrSigningKey,
  randomBytes,
  type Signer,
  toHex,
  validateChain,
} from '@kez-chat/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import { newKey, newPerson, type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway
let other: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway({ KEZ_STRANGER_CHAIN_BYTES: '100000000', KEZ_CHAIN_RATE_PER_MINUTE: '100000' })
  other = await rig.startGateway({ KEZ_STRANGER_CHAIN_BYTES: '100000000', KEZ_CHAIN_RATE_PER_MINUTE: '100000' })
})
afterAll(async () => rig?.stop())

/** `count` signed events of a key, from the first on, that add one account each. */
const eventsOf = (key: Signer, count: number) => {
  let head = emptyChain(key.primary)
  return Array.from({ length: count }, (_, i) => {
    const change: NewChange = { op: 'add', subject: `github:account-${i}` }
    const made = createEvent(head, change, Date.now(), key)
    head = made.head
    return made.envelope
  })
}

const pathOf = ({ primary }: Signer): string => `/v1/sigchains/${primary.replace(':', '/')}`
const get = (path: string, headers: Record<string, string> = {}, at = gateway) => fetch(at.baseUrl + path, { headers })
const post = (path: string, body: string, at = gateway) =>
  fetch(at.baseUrl + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

const publish = async (key: Signer, count: number) => {
  const events = eventsOf(key, count)
  for (const event of events) await gateway.client.appendSigchain(event)
  return events
}

test('a published chain is read back by anybody at every gateway, and verifies with nothing but the identifier', async () => {
  const key = newKey()
  const events = await publish(key, 3)
  for (const { client } of [gateway, other]) {
    const page = await client.readSigchain(key.primary)
    expect(page.events).toEqual(events)
    expect(page.next).toBeNull()
    const chain = validateChain(page.events, key.primary)
    expect(page.head).toMatchObject({ hash: chain.head, length: 3, seq: 2, status: 'active' })
    expect(await client.sigchainHead(key.primary)).toEqual(page.head)
  }
})

test('a nostr chain is found under the npub and under the hex of its key', async () => {
  const key = nostrSigningKey(randomBytes(32))
  const [event] = await publish(key, 1)
  for (const name of [key.primary.slice('nostr:'.length), toHex(nostrPublicKeyOf(key.primary))]) {
    const page = ChainPage.parse(await (await get(`/v1/sigchains/nostr/${name}`)).json())
    expect(page.events).toEqual([event])
  }
})

test('of two events for one place through two gateways one gets 201, the other 409 with the head to build on', async () => {
  const key = newKey()
  await publish(key, 1)
  const head = { ...emptyChain(key.primary), length: 1, head: (await gateway.client.sigchainHead(key.primary)).hash }
  const rivals = [gateway, other].map((at, i) => {
    const change: NewChange = { op: 'add', subject: `github:rival-${i}` }
    return post(pathOf(key), JSON.stringify(createEvent(head, change, Date.now(), key).envelope), at)
  })
  const responses = await Promise.all(rivals)
  expect(responses.map(({ status }) => status).toSorted()).toEqual([201, 409])
  for (const response of responses)
    if (response.status === 409) {
      const problem = await expectProblem(response, 'chain_conflict')
      expect(problem.head).toEqual(await gateway.client.sigchainHead(key.primary))
      expect(problem.head).toMatchObject({ seq: 1, length: 2 })
    }
})

test('the typed client gets the head of a conflict, and with it the next event fits', async () => {
  const key = newKey()
  const [first] = await publish(key, 1)
  const rival = createEvent(emptyChain(key.primary), { op: 'add', subject: 'github:other' }, Date.now(), key).envelope
  const error = await gateway.client.appendSigchain(rival).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'chain_conflict', status: 409, head: { seq: 0, length: 1 } })
  const { hash } = await gateway.client.sigchainHead(key.primary)
  const head = { ...emptyChain(key.primary), length: 1, head: hash }
  const fitting = createEvent(head, { op: 'add', subject: 'github:other' }, Date.now(), key).envelope
  expect(await gateway.client.appendSigchain(fitting)).toMatchObject({ seq: 1 })
  if (first) expect(await other.client.appendSigchain(first)).toMatchObject({ seq: 0, length: 1 })
})

test('pages follow each other without gap, as JSON and as JSON lines', async () => {
  const key = newKey()
  const events = await publish(key, 5)
  const first = ChainPage.parse(await (await get(`${pathOf(key)}?limit=2`)).json())
  expect(first).toMatchObject({ events: events.slice(0, 2), next: 2 })
  const rest = ChainPage.parse(await (await get(`${pathOf(key)}?from=2&limit=3`)).json())
  expect(rest).toMatchObject({ events: events.slice(2), next: null })
  expect(ChainPage.parse(await (await get(`${pathOf(key)}?from=5`)).json())).toMatchObject({ events: [], next: null })
  const lines = await get(`${pathOf(key)}?limit=2`, { accept: 'application/jsonl' })
  expect(lines.headers.get('content-type')).toMatch(/^application\/jsonl\b/)
  expect(lines.headers.get('link')).toBe('<?from=2&limit=2>; rel="next"')
  const text = await lines.text()
  expect(text.endsWith('\n')).toBe(true)
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(events.slice(0, 2))
})

test('whoever has the last state gets 304, until the chain grows; lines and JSON are different states', async () => {
  const key = newKey()
  const events = eventsOf(key, 2)
  for (const event of events.slice(0, 1)) await gateway.client.appendSigchain(event)
  for (const path of [pathOf(key), `${pathOf(key)}/head`]) {
    const tag = (await get(path)).headers.get('etag') ?? ''
    expect(tag).toMatch(/^"[0-9a-f]{64}"$/)
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const response = await get(path, { 'if-none-match': known })
      expect({ status: response.status, text: await response.text() }).toEqual({ status: 304, text: '' })
      expect(response.headers.get('etag')).toBe(tag)
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200)
  }
  const tag = (await get(pathOf(key))).headers.get('etag') ?? ''
  expect((await get(pathOf(key), { 'if-none-match': tag, accept: 'application/jsonl' })).status).toBe(200)
  for (const event of events) await gateway.client.appendSigchain(event)
  expect((await get(pathOf(key), { 'if-none-match': tag })).status).toBe(200)
})

test('chains go on being read while the registry is away; appends say unavailable', async () => {
  const key = newKey()
  const events = await publish(key, 2)
  const [next] = eventsOf(newKey(), 1)
  await rig.registry.stop()
  expect((await gateway.client.readSigchain(key.primary)).events).toEqual(events)
  await expectProblem(await post(pathOf(key), JSON.stringify(next)), 'unavailable')
  await rig.registry.start()
})

test('a lookup points to the chain of the person', async () => {
  const own = await rig.startGateway({ KEZ_CHAT_SIG_SERVER_URL: gateway.baseUrl })
  const alice = await newPerson(own)
  const [event] = await publish(alice.signer, 1)
  const { sigchain_url: url } = await own.client.lookup(alice.handle)
  expect(ChainPage.parse(await (await fetch(url)).json()).events).toEqual([event])
})

test.each([
  ['an unknown kind of key', 'GET', '/v1/sigchains/rsa/abc', 'malformed'],
  ['a key in upper case', 'GET', `/v1/sigchains/ed25519/${'AB'.repeat(32)}`, 'malformed'],
  ['a short key', 'GET', '/v1/sigchains/ed25519/abcd', 'malformed'],
  ['an npub with a typing error', 'GET', `/v1/sigchains/nostr/npub1${'q'.repeat(58)}`, 'malformed'],
  ['an npub as ed25519', 'GET', `/v1/sigchains/ed25519/npub1${'q'.repeat(58)}`, 'malformed'],
  ['a key that never published', 'GET', `/v1/sigchains/ed25519/${'ab'.repeat(32)}`, 'not_found'],
  ['the head of a key that never published', 'GET', `/v1/sigchains/ed25519/${'ab'.repeat(32)}/head`, 'not_found'],
  ['a negative from', 'GET', `/v1/sigchains/ed25519/${'ab'.repeat(32)}?from=-1`, 'malformed'],
  ['a limit of 0', 'GET', `/v1/sigchains/ed25519/${'ab'.repeat(32)}?limit=0`, 'malformed'],
  ['a limit above the most', 'GET', `/v1/sigchains/ed25519/${'ab'.repeat(32)}?limit=1001`, 'malformed'],
  ['another method', 'PUT', `/v1/sigchains/ed25519/${'ab'.repeat(32)}`, 'method_not_allowed'],
] as const)('%s is refused', async (_, method, path, code) => {
  await expectProblem(await fetch(gateway.baseUrl + path, { method }), code)
})

test.each([
  ['a list', '[]', 'malformed'],
  ['half a document', '{"kez":', 'malformed'],
  ['an empty object', '{}', 'malformed'],
  ['more than one event may have', `{"kez":"${'x'.repeat(96 * 1024)}"}`, 'too_large'],
] as const)('%s is no event', async (_, body, code) => {
  await expectProblem(await post(pathOf(newKey()), body), code)
})

test('an event is refused at the address of another key', async () => {
  const [event] = eventsOf(newKey(), 1)
  await expectProblem(await post(pathOf(newKey()), JSON.stringify(event)), 'key_mismatch')
})

test('one address may append and read only so much; keys that nobody registered get less', async () => {
  const strict = await rig.startGateway({
    KEZ_CHAIN_RATE_PER_MINUTE: '6',
    KEZ_CHAIN_READ_RATE_PER_MINUTE: '2',
    KEZ_STRANGER_CHAIN_BYTES: '1500',
  })
  const alice = await newPerson(strict)
  const strangers = await Promise.all(
    eventsOf(newKey(), 4).map((event) =>
      post(pathOf({ ...alice.signer, primary: event.payload.primary }), JSON.stringify(event), strict),
    ),
  )
  const refused = strangers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  for (const response of refused) {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await expectProblem(response, 'rate_limited')
  }
  const [event] = eventsOf(alice.signer, 1)
  const refusedBy = async (ask: () => Promise<Response>): Promise<Response | undefined> => {
    for (let tries = 0; tries < 60; tries++) {
      const response = await ask()
      if (![200, 201].includes(response.status)) return response
    }
    return undefined
  }
  expect((await post(pathOf(alice.signer), JSON.stringify(event), strict)).status).toBe(201)
  for (const ask of [
    () => post(pathOf(alice.signer), JSON.stringify(event), strict),
    () => get(pathOf(alice.signer), {}, strict),
  ]) {
    const response = await refusedBy(ask)
    if (!response) throw new TypeError('nothing was refused')
    await expectProblem(response, 'rate_limited')
  }
})
