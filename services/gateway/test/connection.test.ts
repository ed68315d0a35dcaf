import { get, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import { type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
})
afterAll(async () => rig?.stop())

const open = (query = ''): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${gateway.baseUrl}/v1/connection${query}`, resolve).on('error', reject)
  })

test('the stream for testing the way says whom it sees, and then a word at a time', async () => {
  const response = await open()
  expect(response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'access-control-allow-origin': '*',
  })
  const parts: string[] = []
  for await (const part of response.setEncoding('utf8')) parts.push(part)
  expect(parts[0]).toMatch(/^event: hello\ndata: \{"address":"(127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)"\}\n\n/)
  expect(parts.length).toBeGreaterThan(1)
  expect(parts.join('').match(/event: tick\ndata: \{"n":\d\}\n\n/g)).toHaveLength(5)
})

test.each(['?quiet=21', '?quiet=-1', '?quiet=x', '?quiet=1e1'])('a pause %s is refused', async (query) => {
  await expectProblem(await fetch(`${gateway.baseUrl}/v1/connection${query}`), 'malformed')
})

test('one address holds eight of them, and a gateway that stops ends them at once', async () => {
  const held = await Promise.all(Array.from({ length: 8 }, () => open('?quiet=20')))
  await expectProblem(await fetch(`${gateway.baseUrl}/v1/connection`), 'rate_limited')
  const ended = Promise.all(held.map((response) => new Promise((resolve) => response.resume().once('close', resolve))))
  const before = performance.now()
  await gateway.app.stop()
  await ended
  expect(performance.now() - before).toBeLessThan(8_000)
})
