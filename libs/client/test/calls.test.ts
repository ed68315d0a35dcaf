import { problem } from '@kez-chat/contracts'
import { signingKeyFromSeed } from '@kez-chat/identity'
import { afterEach, expect, test } from 'vitest'
import { createClient } from '../src/index.ts'
import { type Answerer, hangUp, json, startScriptedServer } from './scripted-server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const against = async (...answers: Answerer[]) => {
  const server = await startScriptedServer(...answers)
  stops.push(server.stop)
  return { server, client: createClient({ baseUrl: server.baseUrl, timeout: 2_000 }) }
}

const health = { status: 'ok', server: 'example.org', version: '1' }
const accepted = { id: 'ab'.repeat(32), seq: 5, accepted_at: '2026-01-01T00:00:00Z' }
const post = { to: 'bob', envelope: { v: 2, ct: 'x' } }
const signer = signingKeyFromSeed(new Uint8Array(32).fill(7))

test('a refusal is an ApiError with the stable code, the status and the time to wait', async () => {
  const { client, server } = await against(json(429, problem('rate_limited', 'slow down'), { 'retry-after': '17' }))
  await expect(client.postMessage(post)).rejects.toMatchObject({
    name: 'ApiError',
    code: 'rate_limited',
    status: 429,
    retryAfter: 17,
    message: 'slow down',
  })
  expect(server.requests).toHaveLength(1)
})

test('a post whose answer was lost is sent again, byte for byte', async () => {
  const { client, server } = await against(hangUp, json(503, problem('unavailable', 'soon')), json(201, accepted))
  expect(await client.postMessage(post)).toEqual(accepted)
  expect(server.requests).toHaveLength(3)
  expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1)
})

test('a server that stays away is a NetworkError after a bounded number of tries', async () => {
  const { client, server } = await against(hangUp)
  await expect(client.lookup('alice')).rejects.toMatchObject({ name: 'NetworkError' })
  expect(server.requests).toHaveLength(3)
})

test('a server that says nothing is given up in time', async () => {
  const { server } = await against(() => undefined)
  const client = createClient({ baseUrl: server.baseUrl, timeout: 100, retries: 0 })
  await expect(client.lookup('alice')).rejects.toMatchObject({ name: 'NetworkError', message: /in time/ })
})

test('a retried change carries the same signature, so that it acts once', async () => {
  const { client, server } = await against(json(200, health), hangUp, (_, response) => response.writeHead(204).end())
  await client.freeInbox({ handle: 'alice', signer }, 12)
  const changes = server.requests.slice(1)
  expect(changes.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'DELETE /v1/inbox/alice?through=12',
    'DELETE /v1/inbox/alice?through=12',
  ])
  expect(changes[0]?.headers['x-kez-auth']).toMatch(/^\d+:[0-9a-f]{128}$/)
  expect(changes[0]?.headers['x-kez-auth']).toBe(changes[1]?.headers['x-kez-auth'])
})

test('an unavailable server still says who it is', async () => {
  const { client } = await against(json(503, { ...health, status: 'unavailable' }))
  expect(await client.health()).toEqual({ ...health, status: 'unavailable' })
})

test.each([
  ['an error page of a proxy', (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>no')],
  ['an answer of another shape', json(200, { hello: 'world' })],
  ['an answer that is no JSON', (_, response) => response.writeHead(200).end('{')],
] satisfies [string, Answerer][])('%s is an UnexpectedResponse', async (_, answer) => {
  const { client } = await against(answer)
  await expect(client.lookup('alice')).rejects.toMatchObject({ name: 'UnexpectedResponse' })
})

test('an answer without end is cut off', async () => {
  const { client } = await against((_, response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(1024 * 1024, 0x20)
    for (let i = 0; i < 20; i++) response.write(chunk)
    response.end()
  })
  await expect(client.lookup('alice')).rejects.toMatchObject({ name: 'UnexpectedResponse', message: /larger than/ })
})

test('a call can be cancelled and is not repeated then', async () => {
  const { client, server } = await against(() => undefined)
  const cancel = new AbortController()
  const call = client.lookup('alice', { signal: cancel.signal })
  await expect.poll(() => server.requests.length).toBe(1)
  cancel.abort()
  await expect(call).rejects.toMatchObject({ name: 'NetworkError' })
  expect(server.requests).toHaveLength(1)
})

test('a misspelt handle never leaves the device', async () => {
  const { client, server } = await against(json(200, {}))
  await expect(client.lookup('Bob/../x')).rejects.toMatchObject({ code: 'handle_invalid' })
  expect(server.requests).toHaveLength(0)
})

const day = 86_400_000
const signedFor = (headers: { [name: string]: string | string[] | undefined }): number =>
  Number(String(headers['x-kez-auth']).split(':')[0]) * 1_000

test.each([day, -day])('a device whose clock is %i ms off signs by the server’s time', async (ahead) => {
  const there = Date.now() - ahead
  const date = { date: new Date(there).toUTCString() }
  const told: number[] = []
  const server = await startScriptedServer(
    json(401, problem('stale_auth', 'not now'), date),
    json(
      200,
      { messages: [], next: null, mailbox: { messages: 0, bytes: 0, max_messages: 10, max_bytes: 10, full: false } },
      date,
    ),
    json(200, health, date),
    (_, response) => response.writeHead(204, date).end(),
  )
  stops.push(server.stop)
  const client = createClient({ baseUrl: server.baseUrl, onSkew: (skew) => told.push(skew) })
  const owner = { handle: 'alice', signer }
  await client.readInbox(owner)
  await client.freeInbox(owner, 12)
  const times = [1, 3].map((i) => signedFor(server.requests[i]?.headers ?? {}))
  for (const time of [...times, client.now()]) expect(Math.abs(time - there)).toBeLessThan(30_000)
  expect(Math.abs(signedFor(server.requests[0]?.headers ?? {}) - Date.now())).toBeLessThan(30_000)
  expect(told.map((skew) => Math.round(skew / 60_000))).toEqual([ahead / 60_000])
})

test('a refusal for the time that the server’s own date does not explain is not asked for twice', async () => {
  const { client, server } = await against(json(401, problem('stale_auth', 'not now')))
  await expect(client.readInbox({ handle: 'alice', signer })).rejects.toMatchObject({ code: 'stale_auth' })
  expect(server.requests).toHaveLength(1)
})
