import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '@kez-chat/contracts'
import { type OtlpCounterpart, startOtlpCounterpart } from '@kez-chat/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  createLog,
  inSpan,
  inSpanOf,
  isTracing,
  published,
  received,
  startSpan,
  startTracing,
  type Tracing,
} from '../src/index.ts'

const silent = createLog('test', 'silent')
const stranger = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const request = { name: 'POST /v1/messages', kind: 'server', parent: 'none' } as const

let collector: OtlpCounterpart
let tracing: Tracing | undefined

const start = async (tracesRatio: number, log = silent): Promise<void> => {
  const otlpHeaders = () => ({ 'x-scope': 'team' })
  tracing = await startTracing('gateway', { otlpEndpoint: collector.endpoint, otlpHeaders, tracesRatio }, log)
}
const stop = async (): Promise<void> => {
  await tracing?.stop()
  tracing = undefined
}
const named = (name: string) => collector.spans.filter((span) => span.name === name)

/** A logger whose lines are kept. */
const kept = () => {
  const lines: string[] = []
  return { lines, log: createLog('test', 'info', { write: (line: string) => void lines.push(line) }) }
}

beforeEach(async () => {
  collector = await startOtlpCounterpart()
})
afterEach(async () => {
  await stop()
  await collector.stop()
})

test('without a collector nothing is traced and work is done as ever', async () => {
  tracing = await startTracing('gateway', { otlpEndpoint: undefined, otlpHeaders: undefined, tracesRatio: 1 }, silent)
  expect(isTracing()).toBe(false)
  expect(await inSpan(request, async ({ traceparent }) => traceparent)).toBeUndefined()
})

test('steps inside a step are its children, and what follows from a message is part of the same trace', async () => {
  await start(1)
  const stored = await inSpan(request, () => inSpan(published('kez.inbox.aa.p1'), async (span) => span.traceparent))
  await inSpanOf({ traceparent: stored, isLive: true }, received('kez.inbox.aa.p1'), async () => undefined)
  await stop()
  const [post] = named('POST /v1/messages')
  const [publish] = named('publish kez.inbox.{person}')
  const [receive] = named('receive kez.inbox.{person}')
  expect(post).toMatchObject({ parent: '', service: 'gateway', kind: 2 })
  expect(publish).toMatchObject({ parent: post?.spanId, traceId: post?.traceId, kind: 4 })
  expect(receive).toMatchObject({ parent: publish?.spanId, traceId: post?.traceId, kind: 5, links: [] })
  expect(collector.headers()['x-scope']).toBe('team')
})

test('what is read again has a trace of its own with a link to the first', async () => {
  await start(1)
  await inSpanOf({ traceparent: stranger, isLive: false }, received('kez.inbox.aa.p1'), async () => undefined)
  await stop()
  const [span] = collector.spans
  expect(span).toMatchObject({ parent: '', attributes: { 'kez.replay': 'catch_up' } })
  expect(span?.traceId).not.toBe(stranger.split('-')[1])
  expect(span?.links).toEqual([{ traceId: stranger.split('-')[1], spanId: stranger.split('-')[2] }])
})

test('of a share of 0 nothing is kept, not even below a step that nobody keeps', async () => {
  await start(0)
  const inner = await inSpan(request, () => inSpan(published('kez.inbox.aa.p1'), async (span) => span.traceparent))
  expect(inner).toBeUndefined()
  await stop()
  expect(collector.bodies).toEqual([])
})

test('a trace that was not kept is not begun in the middle', async () => {
  await start(1)
  const notKept = stranger.replace(/01$/, '00')
  await inSpanOf({ traceparent: notKept, isLive: true }, received('kez.inbox.aa.p1'), async () => undefined)
  await inSpanOf({ traceparent: undefined, isLive: true }, received('kez.inbox.aa.p1'), async () => undefined)
  await stop()
  expect(collector.spans).toEqual([])
})

test('a failure is shown by its code or kind, never by its words', async () => {
  await start(1)
  const fail = (error: Error) => inSpan(request, () => Promise.reject(error)).catch(() => undefined)
  await fail(new DomainError('not_found', 'alice is not here'))
  await fail(new TypeError('alice@example.org'))
  await fail(Object.assign(new Error('x'), { name: 'alice' }))
  await stop()
  expect(collector.spans.map(({ isError, attributes, events }) => [isError, attributes['error.type'], events])).toEqual(
    [
      [true, 'not_found', 0],
      [true, 'TypeError', 0],
      [true, undefined, 0],
    ],
  )
  expect(Buffer.concat(collector.bodies).includes('alice')).toBe(false)
})

test('names and attributes that are not on the list never leave', async () => {
  await start(1)
  const attributes = { 'user.name': 'alice', 'http.route': '/v1/inbox/alice?x', 'kez.attempt': 2 } as object
  startSpan({ name: 'alice', parent: 'none', attributes }).end()
  await stop()
  expect(collector.spans[0]).toMatchObject({ name: 'unnamed', attributes: { 'kez.attempt': 2 } })
  expect(Buffer.concat(collector.bodies).includes('alice')).toBe(false)
})

test('log lines within a step that is kept carry its ids', async () => {
  const { lines, log } = kept()
  await start(1)
  log.info('outside')
  await inSpan(request, async () => log.info({ a: 1 }, 'inside'))
  await stop()
  const [outside, inside] = lines.map((line) => JSON.parse(line))
  expect(outside).not.toHaveProperty('trace_id')
  expect(inside).toMatchObject({ a: 1, trace_id: named('POST /v1/messages')[0]?.traceId })
})

test.each(['silent', 'refusing', 'cutting'] as const)('a collector that is %s holds up nothing', async (fault) => {
  const { lines, log } = kept()
  collector.fault(fault)
  await start(1, log)
  const began = performance.now()
  for (let i = 0; i < 5_000; i++) startSpan(request).end()
  expect(performance.now() - began).toBeLessThan(2_000)
  await sleep(100)
  const stopping = performance.now()
  await stop()
  expect(performance.now() - stopping).toBeLessThan(5_000)
  if (fault === 'refusing') {
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, service: 'test' })
  }
})
