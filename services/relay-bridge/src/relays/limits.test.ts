import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { fetchLimits } from './limits.ts'

const never = new AbortController().signal

const limitsFrom = async (answer: (response: ServerResponse) => void) => {
  let accept: string | undefined
  const server = createServer((request, response) => {
    accept = request.headers.accept
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const limits = await fetchLimits(`ws://127.0.0.1:${port}/path`, never)
  server.closeAllConnections()
  server.close()
  return { limits, accept }
}

const own = { messageBytes: 65_536, subscriptions: 10, filters: 10, events: 500, authRequired: false }

it('takes the limits that a relay states, and never more than our own', async () => {
  const limitation = { max_message_length: 16_384, max_subscriptions: 300, max_limit: 100, auth_required: true }
  const { limits, accept } = await limitsFrom((response) => response.end(JSON.stringify({ name: 'r', limitation })))
  expect(limits).toEqual({ ...own, messageBytes: 16_384, events: 100, authRequired: true })
  expect(accept).toBe('application/nostr+json')
})

it('passes over what a relay states wrongly', async () => {
  const limitation = {
    max_message_length: -1,
    max_subscriptions: '9',
    max_filters: 2.5,
    max_limit: 0,
    auth_required: 1,
  }
  expect((await limitsFrom((response) => response.end(JSON.stringify({ limitation })))).limits).toEqual(own)
  expect((await limitsFrom((response) => response.end('{"limitation":7}'))).limits).toEqual(own)
})

it.each<[string, (response: ServerResponse) => void]>([
  ['is no JSON', (response) => response.end('<html>')],
  ['is too long', (response) => response.end(`"${'x'.repeat(70_000)}"`)],
  ['is an error', (response) => response.writeHead(500).end('{}')],
  ['points elsewhere', (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
  ['never comes', () => undefined],
])('knows nothing from an answer that %s', async (_, answer) => {
  expect((await limitsFrom(answer)).limits).toBeUndefined()
})
