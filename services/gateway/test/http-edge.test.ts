import { once } from 'node:events'
import { connect } from 'node:net'
import { Problem } from '@kez-chat/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
})
afterAll(async () => rig?.stop())

/** Sends bytes as they are and reads until the server closes. */
const raw = async (...parts: (string | Buffer)[]): Promise<string> => {
  const { hostname, port } = new URL(gateway.baseUrl)
  const socket = connect({ host: hostname, port: Number(port) })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('utf8')
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  return text
}

const problemIn = (text: string): { status: string; problem: Problem } => {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  expect(head.toLowerCase()).toContain('content-type: application/problem+json')
  return { status: head.split(' ')[1] ?? '', problem: Problem.strict().parse(JSON.parse(body)) }
}

test.each([
  ['what is not HTTP', 'hello\r\n\r\n', 'malformed', '400'],
  ['bytes at random', Buffer.from([0xff, 0x00, 0x16, 0x03, 0x01, 0x0d, 0x0a, 0x0d, 0x0a]), 'malformed', '400'],
  ['an unknown method', 'FOO / HTTP/1.1\r\nhost: x\r\n\r\n', 'malformed', '400'],
  ['headers of 20 KiB', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 'headers_too_large', '431'],
  ['an address of 20 KiB', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 'headers_too_large', '431'],
  [
    'two lengths',
    'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
    'malformed',
    '400',
  ],
  [
    'a length beside chunks',
    'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'malformed',
    '400',
  ],
  ['no host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 'malformed', '400'],
  [
    'an expectation nobody has',
    'POST /v1/messages HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\ncontent-length: 0\r\n\r\n',
    'malformed',
    '400',
  ],
])('%s gets a problem document', async (_, bytes, code, status) => {
  const answer = problemIn(await raw(bytes))
  expect([answer.problem.code, answer.status]).toEqual([code, status])
})

test('a body that is announced too large is refused before it is read', async () => {
  const answer = problemIn(
    await raw(
      'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 999999999\r\nconnection: close\r\n\r\n',
    ),
  )
  expect([answer.problem.code, answer.status]).toEqual(['too_large', '413'])
})

test('a request whose headers never end is cut off', async () => {
  const started = Date.now()
  const answer = problemIn(await raw('GET /v1/healthz HTTP/1.1\r\nhost: x\r\nx-slow: '))
  expect([answer.problem.code, answer.status]).toEqual(['timeout', '408'])
  expect(Date.now() - started).toBeLessThan(45_000)
})

test('a port that is taken is named in a message that says what to do', async () => {
  const port = new URL(gateway.baseUrl).port
  const second = rig.gatewayApp({ KEZ_CHAT_BIND: `127.0.0.1:${port}` })
  await expect(second.start()).rejects.toThrow(
    new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: port ${port} is in use.*--bind`),
  )
  await second.stop()
})

test('the gateway stops in time while NATS is away', async () => {
  const own = await startRig()
  try {
    const at = await own.startGateway()
    await own.nats.kill('SIGKILL')
    await expect.poll(() => at.app.notReady()).toHaveProperty('nats')
    const started = Date.now()
    await at.app.stop()
    expect(Date.now() - started).toBeLessThan(15_000)
    await own.nats.restart()
  } finally {
    await own.stop()
  }
})
