import { createLog, inSpan, published, startTracing } from '@kez-chat/runtime'
import { startOtlpCounterpart } from '@kez-chat/testkit'
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify'
import { expect, test } from 'vitest'
import { endRequestSpan, useRequestSpans } from '../src/http/request-spans.ts'

const theirs = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${theirs}-b7ad6b7169203331-01`

const routes = (app: FastifyInstance): void => {
  app.post('/v1/messages', async () => inSpan(published('kez.inbox.aa.p1'), async () => ({ ok: true })))
  app.get('/v1/u/:handle', async () => ({ ok: true }))
  app.get('/v1/broken', async () => Promise.reject(new Error('alice')))
  app.get('/v1/stream', async (request, reply) => {
    endRequestSpan(request, 200)
    return reply.send({})
  })
  app.get('/livez', async () => ({ ok: true }))
}

/** The spans of requests to an HTTP edge with every trace kept. */
const spansOf = async (joinCallers: boolean, ...requests: InjectOptions[]) => {
  const collector = await startOtlpCounterpart()
  const config = { otlpEndpoint: collector.endpoint, otlpHeaders: undefined, tracesRatio: 1 }
  const tracing = await startTracing('gateway', config, createLog('test', 'silent'))
  const app = fastify()
  try {
    useRequestSpans(app, joinCallers)
    routes(app)
    for (const request of requests) await app.inject(request)
  } finally {
    await app.close()
    await tracing.stop()
    await collector.stop()
  }
  return collector.spans
}

const post = { method: 'POST', url: '/v1/messages', payload: { a: 1 }, headers: { traceparent } } as const

test('what a handler does is part of the step of its request, also behind a body', async () => {
  const spans = await spansOf(false, post)
  const request = spans.find(({ name }) => name === 'POST /v1/messages')
  expect(spans.find(({ name }) => name.startsWith('publish'))).toMatchObject({ parent: request?.spanId })
  expect(request?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/v1/messages',
    'http.response.status_code': 200,
  })
})

test('a caller neither joins a trace nor has one kept', async () => {
  const spans = await spansOf(false, post)
  expect(spans.filter(({ traceId }) => traceId === theirs)).toEqual([])
  expect(spans.find(({ name }) => name === 'POST /v1/messages')?.parent).toBe('')
})

test('where the operator wants it the trace of the proxy goes on, and junk begins a new one', async () => {
  const junk = { ...post, headers: { traceparent: `${traceparent}-junk` } }
  const parents = (await spansOf(true, post, junk))
    .filter(({ name }) => name.startsWith('POST'))
    .map((one) => one.parent)
  expect(parents).toEqual(['b7ad6b7169203331', ''])
})

test('requests are named by their route, failures by their status, and probes are left out', async () => {
  const get = (url: string): InjectOptions => ({ method: 'GET', url })
  const spans = await spansOf(false, get('/v1/u/alice?auth=1'), get('/v1/broken'), get('/livez'), get('/v1/none'))
  expect(spans.map(({ name, isError, attributes }) => [name, isError, attributes['error.type']])).toEqual([
    ['GET /v1/u/:handle', false, undefined],
    ['GET /v1/broken', true, '500'],
  ])
  expect(JSON.stringify(spans)).not.toContain('alice')
})

test('the step of a request whose answer lasts ends once', async () => {
  expect(await spansOf(false, { method: 'GET', url: '/v1/stream' })).toHaveLength(1)
})
