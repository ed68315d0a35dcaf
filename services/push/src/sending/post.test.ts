import type { LookupAddress } from 'node:dns'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { createConnections } from './connections.ts'
import { createPost } from './post.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const request = {
  endpoint: 'https://push.test/w/x?y=1',
  authorisation: 'vapid t=a, k=b',
  ttl: 86_400,
  topic: 'kez-wake',
}

/** A push service that answers as the test says, and a post to it. */
const service = async (answer: (response: ServerResponse) => void, timeout = 2_000) => {
  const seen: { method: string | undefined; url: string | undefined; headers: object }[] = []
  const server: Server = createServer(({ method, url, headers }, response) => {
    seen.push({ method, url, headers })
    answer(response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const connections = createConnections({ counterparts: { 'push.test': `http://127.0.0.1:${port}` }, maxPerOrigin: 4 })
  let sockets = 0
  server.on('connection', () => {
    sockets += 1
  })
  ends.push(() => {
    connections.close()
    server.close()
    server.closeAllConnections()
  })
  return { seen, sockets: () => sockets, post: createPost(connections, timeout) }
}

it('an empty push has a head of RFC 8030 and nothing else, over a connection that is kept', async () => {
  const { seen, sockets, post } = await service((response) => response.writeHead(201, { 'content-length': '0' }).end())
  for (let i = 0; i < 5; i++) expect(await post(request)).toMatchObject({ kind: 'answer', status: 201 })
  expect(sockets()).toBe(1)
  expect(seen[0]).toEqual({
    method: 'POST',
    url: '/w/x?y=1',
    headers: {
      host: 'push.test',
      authorization: 'vapid t=a, k=b',
      ttl: '86400',
      urgency: 'high',
      topic: 'kez-wake',
      'content-length': '0',
      connection: 'keep-alive',
    },
  })
})

it.each([
  ['an answer that never comes', () => undefined, { kind: 'none', why: 'no_answer' }],
  ['a connection that breaks', (response: ServerResponse) => response.destroy(), { kind: 'none', why: 'unreachable' }],
  [
    'a redirect',
    (response: ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
    { kind: 'answer', status: 302 },
  ],
  [
    'a reason',
    (response: ServerResponse) => response.writeHead(403).end('{"reason":"BadJwtToken"}'),
    { kind: 'answer', status: 403, body: '{"reason":"BadJwtToken"}' },
  ],
  [
    'a reason that breaks off',
    (response: ServerResponse) => response.writeHead(429, { 'retry-after': '7' }).write('x', () => response.destroy()),
    { kind: 'answer', status: 429, retryAfter: '7' },
  ],
])('%s', async (_, answer, expected) => {
  const { post } = await service(answer, 500)
  expect(await post(request)).toMatchObject(expected)
})

it('of an answer without end only the beginning is read', async () => {
  const { post } = await service((response) => {
    response.writeHead(400)
    const more = (): void => {
      if (!response.destroyed) response.write('x'.repeat(64 * 1024), more)
    }
    more()
  })
  const answer = await post(request)
  expect(answer.kind === 'answer' && answer.body.length).toBe(4_096)
})

const resolving = (addresses: LookupAddress[]) => {
  const connections = createConnections({ counterparts: {}, maxPerOrigin: 4, resolve: async () => addresses })
  ends.push(connections.close)
  return createPost(connections, 2_000)
}

it.each([
  ['a private one', ['10.0.0.1']],
  ['the loopback', ['127.0.0.1']],
  ['a public and a private one', ['1.1.1.1', '192.168.1.1']],
  ['one in IPv6 that means the loopback', ['::ffff:127.0.0.1']],
  ['a metadata service', ['169.254.169.254']],
])('nothing is sent to a name that leads to %s', async (_, addresses) => {
  const post = resolving(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
  expect(await post({ ...request, endpoint: 'https://fcm.googleapis.com/x' })).toEqual({
    kind: 'none',
    why: 'not_allowed',
  })
})

it.each(['https://127.0.0.1/x', 'https://[::1]/x', 'https://10.0.0.1:8443/x'])(
  'nothing is sent to %s',
  async (endpoint) => {
    expect(await resolving([])({ ...request, endpoint })).toEqual({ kind: 'none', why: 'not_allowed' })
  },
)

it('a name without an address is unreachable, for now', async () => {
  expect(await resolving([])(request)).toEqual({ kind: 'none', why: 'unreachable' })
})
