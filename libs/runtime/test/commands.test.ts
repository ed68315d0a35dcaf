import { DomainError } from '@kez-chat/contracts'
import { type OtlpCounterpart, startOtlpCounterpart, startTestNats, type TestNats } from '@kez-chat/testkit'
import { headers } from '@nats-io/nats-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import {
  connectNats,
  createLog,
  inSpan,
  type NatsConnection,
  requestCommand,
  serveCommand,
  startTracing,
} from '../src/index.ts'

const log = createLog('test', 'silent')
const subject = 'kez.registry.v1.test'
const schema = z.object({ n: z.number() })

let nats: TestNats
let registry: NatsConnection
let gateway: NatsConnection
beforeAll(async () => {
  nats = await startTestNats()
  registry = await connectNats({ name: 'registry', url: nats.url, seed: nats.seeds.registry }, log)
  gateway = await connectNats({ name: 'gateway', url: nats.url, seed: nats.seeds.gateway }, log)
})
afterAll(async () => {
  await registry.close()
  await gateway.close()
  await nats.stop()
})

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) =>
      error instanceof DomainError ? { code: error.code, message: error.message, retryAfter: error.retryAfter } : error,
  )

it('answers a command with its result, to a service with its own least-privilege user', async () => {
  const server = serveCommand(registry, { subject, queue: 'registry', schema, log }, async ({ n }) => n + 1)
  await registry.flush()
  await expect(requestCommand(gateway, subject, { n: 1 }, z.number())).resolves.toBe(2)
  await server.stop()
})

it('carries a refusal with its code, text and time to wait', async () => {
  const server = serveCommand(registry, { subject, queue: 'registry', schema, log }, async () => {
    throw new DomainError('rate_limited', 'slowly', { retryAfter: 7 })
  })
  await registry.flush()
  expect(await codeOf(requestCommand(gateway, subject, { n: 1 }, z.number()))).toEqual({
    code: 'rate_limited',
    message: 'slowly',
    retryAfter: 7,
  })
  await server.stop()
})

it('tells nobody why it failed unexpectedly, only that trying again makes sense', async () => {
  const server = serveCommand(registry, { subject, queue: 'registry', schema, log }, async () => {
    throw new TypeError('password=hunter2')
  })
  await registry.flush()
  expect(await codeOf(requestCommand(gateway, subject, { n: 1 }, z.number()))).toMatchObject({
    code: 'unavailable',
    message: expect.not.stringContaining('hunter2'),
  })
  await server.stop()
})

it('refuses what is not JSON or not of the shape', async () => {
  const server = serveCommand(registry, { subject, queue: 'registry', schema, log }, async () => 1)
  await registry.flush()
  const raw = await gateway.request(subject, Uint8Array.from([0xff, 0xfe]), { timeout: 2_000 })
  expect(raw.json()).toMatchObject({ ok: false, error: { code: 'malformed' } })
  expect(await codeOf(requestCommand(gateway, subject, { n: 'x' }, z.number()))).toMatchObject({ code: 'malformed' })
  await server.stop()
})

it('sheds what is over its limit instead of queueing it', async () => {
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const server = serveCommand(registry, { subject, queue: 'registry', schema, log, limit: 1 }, async () => {
    await gate
    return 1
  })
  await registry.flush()
  const first = requestCommand(gateway, subject, { n: 1 }, z.number())
  await expect
    .poll(() => codeOf(requestCommand(gateway, subject, { n: 2 }, z.number(), 1_000)))
    .toMatchObject({ code: 'unavailable', retryAfter: 1 })
  release()
  await expect(first).resolves.toBe(1)
  await server.stop()
})

it('finishes what is under way before it stops', async () => {
  const server = serveCommand(registry, { subject, queue: 'registry', schema, log }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 150))
    return 'done'
  })
  await registry.flush()
  const answer = requestCommand(gateway, subject, { n: 1 }, z.string())
  await gateway.flush()
  await new Promise((resolve) => setTimeout(resolve, 50))
  await server.stop()
  await expect(answer).resolves.toBe('done')
})

it('says that a service is away, without waiting for the timeout', async () => {
  const started = Date.now()
  expect(await codeOf(requestCommand(gateway, subject, { n: 1 }, z.number()))).toMatchObject({ code: 'unavailable' })
  expect(Date.now() - started).toBeLessThan(4_000)
})

const stranger = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** What a collector gets while `work` runs with every trace kept. */
const tracesOf = async (work: () => Promise<void>): Promise<OtlpCounterpart['spans']> => {
  const collector = await startOtlpCounterpart()
  const config = { otlpEndpoint: collector.endpoint, otlpHeaders: undefined, tracesRatio: 1 }
  const tracing = await startTracing('test', config, log)
  try {
    await work()
  } finally {
    await tracing.stop()
    await collector.stop()
  }
  return collector.spans
}

it('a command is answered in the trace of the service that asks', async () => {
  let traceparent = ''
  const spans = await tracesOf(async () => {
    const server = serveCommand(registry, { subject, queue: 'registry', schema, log }, async (_, context) => {
      traceparent = context.traceparent
      return 1
    })
    await registry.flush()
    // Only what begins somewhere is kept: here with what the service that asks was asked itself.
    await inSpan({ name: 'GET /v1/handles/:handle', kind: 'server', parent: 'none' }, () =>
      requestCommand(gateway, subject, { n: 1 }, z.unknown()),
    )
    await server.stop()
  })
  const [answer, request] = ['answer', 'request'].map((name) => spans.find((span) => span.name === `${name} other`))
  expect(answer).toMatchObject({ parent: request?.spanId, traceId: request?.traceId })
  expect(traceparent).toBe(`00-${answer?.traceId}-${answer?.spanId}-01`)
})

it('the trace that a person sends along is not joined', async () => {
  let traceparent = ''
  const spans = await tracesOf(async () => {
    const options = { subject, queue: 'registry', schema, log, fromPeople: true }
    const server = serveCommand(registry, options, async (_, context) => {
      traceparent = context.traceparent
      return 1
    })
    await registry.flush()
    const own = headers()
    own.set('traceparent', stranger)
    await gateway.request(subject, '{"n":1}', { headers: own, timeout: 5_000 })
    await server.stop()
  })
  expect(spans).toMatchObject([{ name: 'answer other', parent: '' }])
  expect(spans[0]?.traceId).not.toBe(stranger.split('-')[1])
  expect(traceparent).toContain(String(spans[0]?.traceId))
})
