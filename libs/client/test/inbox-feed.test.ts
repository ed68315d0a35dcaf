import type { ServerResponse } from 'node:http'
import { type InboxMessage, problem } from '@kez-chat/contracts'
import { signingKeyFromSeed } from '@kez-chat/identity'
import { afterEach, expect, test } from 'vitest'
import { createClient, type FeedStatus, type InboxFeed, type InboxFeedOptions } from '../src/index.ts'
import { type Answerer, hangUp, json, startScriptedServer } from './scripted-server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

const signer = signingKeyFromSeed(new Uint8Array(32).fill(7))
const message = (seq: number): InboxMessage => ({
  seq,
  id: seq.toString(16).padStart(64, '0'),
  envelope: { n: seq },
  via: 'home',
  received_at: '2026-01-01T00:00:00Z',
})
const event = (seq: number): string => `id: ${seq}\nevent: message\ndata: ${JSON.stringify(message(seq))}\n\n`

const streaming =
  (...parts: string[]): Answerer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    for (const part of parts) response.write(part)
  }

const endingWith =
  (...parts: string[]): Answerer =>
  (request, response: ServerResponse, body) => {
    streaming(...parts)(request, response, body)
    response.end()
  }

const listen = async (answers: Answerer[], options: Partial<InboxFeedOptions> = {}) => {
  const server = await startScriptedServer(...answers)
  stops.push(server.stop)
  const got: number[] = []
  const statuses: FeedStatus[] = []
  const errors: unknown[] = []
  const feed: InboxFeed = createClient({ baseUrl: server.baseUrl }).openInbox({
    handle: 'alice',
    signer,
    onMessage: ({ seq }) => {
      got.push(seq)
    },
    onStatus: (status) => {
      statuses.push(status)
      if (status === 'offline') feed.retryNow()
    },
    onError: (error) => {
      errors.push(error)
    },
    ...options,
  })
  stops.push(feed.close)
  return { server, feed, got, statuses, errors }
}

test('a feed that is cut off resumes after the last message with fresh auth, and drops what it has', async () => {
  const { server, got, feed, statuses } = await listen(
    [endingWith(event(3), event(5)), hangUp, streaming(event(5), event(3), event(8))],
    { since: 2 },
  )
  await expect.poll(() => got).toEqual([3, 5, 8])
  expect(server.requests.map(({ url }) => url)).toEqual([
    '/v1/inbox/alice/stream?since=2',
    '/v1/inbox/alice/stream?since=5',
    '/v1/inbox/alice/stream?since=5',
  ])
  expect(server.requests[0]?.headers['x-kez-auth']).toMatch(/^\d+:[0-9a-f]{128}$/)
  expect(feed.cursor).toBe(8)
  expect(statuses.slice(0, 3)).toEqual(['connecting', 'live', 'offline'])
  expect(statuses.at(-1)).toBe('live')
})

test('without a cursor it asks for what comes from now on', async () => {
  const { server } = await listen([streaming(': hello\n\n')])
  await expect.poll(() => server.requests[0]?.url).toBe('/v1/inbox/alice/stream')
})

test('a message that could not be taken comes again, and none behind it is taken before', async () => {
  let fail = true
  const taken: number[] = []
  await listen([streaming(event(1), event(2)), streaming(event(1), event(2))], {
    since: 0,
    onMessage: async ({ seq }) => {
      if (fail) {
        fail = false
        throw new Error('the disk is full')
      }
      taken.push(seq)
    },
  })
  await expect.poll(() => taken).toEqual([1, 2])
})

test('a cursor of another life of the server is reported and reading starts again from the beginning', async () => {
  let resets = 0
  const { server, got } = await listen([json(410, problem('cursor_reset', 'read from 0')), streaming(event(4))], {
    since: 99,
    onCursorReset: () => {
      resets += 1
    },
  })
  await expect.poll(() => got).toEqual([4])
  expect(resets).toBe(1)
  expect(server.requests[1]?.url).toBe('/v1/inbox/alice/stream?since=0')
})

test('a full mailbox is told', async () => {
  const state = { messages: 10_000, max_messages: 10_000, max_bytes: 1, full: true }
  const told: unknown[] = []
  await listen([streaming(`event: mailbox\ndata: ${JSON.stringify(state)}\n\n`)], {
    onMailbox: (mailbox) => {
      told.push(mailbox)
    },
  })
  await expect.poll(() => told).toEqual([state])
})

test('an answer that is no stream is an error, and it goes on trying', async () => {
  const { errors, got } = await listen([json(200, {}), json(401, problem('stale_auth', 'old')), streaming(event(1))])
  await expect.poll(() => got).toEqual([1])
  expect(errors).toMatchObject([{ name: 'UnexpectedResponse' }, { name: 'ApiError', code: 'stale_auth' }])
})

test('after close nothing is taken and nothing reconnects', async () => {
  const { server, feed, got } = await listen([streaming(event(1))])
  await expect.poll(() => got).toEqual([1])
  await feed.close()
  expect(server.requests).toHaveLength(1)
})

test('a device whose clock is a day off is let in at the second try, without a pause or a word', async () => {
  const there = Date.now() + 86_400_000
  const date = { date: new Date(there).toUTCString() }
  const { server, got, errors } = await listen(
    [json(401, problem('stale_auth', 'not now'), date), streaming(event(1))],
    { onStatus: () => undefined },
  )
  await expect.poll(() => got).toEqual([1])
  expect(errors).toEqual([])
  const signedFor = Number(String(server.requests[1]?.headers['x-kez-auth']).split(':')[0]) * 1_000
  expect(Math.abs(signedFor - there)).toBeLessThan(30_000)
})
