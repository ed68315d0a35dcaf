import { request } from 'node:http'
import { connect } from 'node:net'
import { encodeRelayFrame, OpenRelaySession, type RelayFrame, relaySubject } from '@kez-chat/contracts'
import { connectNats, createLog, createTunnelEnd, type NatsConnection, type TunnelEnd } from '@kez-chat/runtime'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { expectProblem } from './expect-problem.ts'
import { type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway
let nc: NatsConnection
beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway({ KEZ_RELAY_VISITS_PER_MINUTE: '1000' })
  nc = await connectNats(
    { name: 'relay-bridge', url: rig.nats.url, seed: rig.nats.seeds['relay-bridge'] },
    createLog('test', 'silent'),
  )
})
afterAll(async () => {
  await nc?.close()
  await rig?.stop()
})

const relayUrl = (baseUrl = gateway.baseUrl): string => `${baseUrl.replace(/^http/, 'ws')}/relay`

describe('over plain HTTP', () => {
  test('the relay says what it is and what its limits are (NIP-11), to pages of any origin', async () => {
    const answer = await fetch(`${gateway.baseUrl}/relay`, { headers: { accept: 'application/nostr+json' } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/nostr\+json/)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(await answer.json()).toMatchObject({
      supported_nips: [1, 9, 11, 40, 42, 62],
      software: 'kez-chat',
      limitation: { max_message_length: 131_072, max_subscriptions: 20, max_limit: 500, restricted_writes: true },
    })
  })

  test('a browser that opens the address is told what it is for', async () => {
    const answer = await fetch(`${gateway.baseUrl}/relay`, { headers: { accept: 'text/html' } })
    expect(answer.status).toBe(426)
    expect(await answer.text()).toContain('nostr relay of localhost')
  })

  test.each([
    ['GET', '/v1/healthz', 200],
    ['POST', '/relay', 405],
    ['GET', '/relay/more', 404],
    ['GET', '/RELAY', 404],
  ])('an upgrade of %s %s is answered as if it had not been asked for', async (method, path, expected) => {
    const headers = { connection: 'upgrade', upgrade: 'websocket', accept: 'application/json' }
    const { hostname, port } = new URL(gateway.baseUrl)
    const status = await new Promise((resolve, reject) => {
      request({ hostname, port, path, headers, method }, (response) => resolve(response.statusCode))
        .on('upgrade', () => reject(new Error('it was upgraded')))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(expected)
  })
})

/** The status of a handshake that is refused. */
const refusal = (url: string): Promise<{ status: number | undefined; body: string; retryAfter: string | undefined }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.on('open', () => {
      socket.terminate()
      reject(new Error('it was accepted'))
    })
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_, response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += String(chunk)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode, body, retryAfter: response.headers['retry-after'] }),
      )
    })
  })

describe('handshakes', () => {
  test('without a relay behind the gateway are refused as unavailable', async () => {
    const { status, body, retryAfter } = await refusal(relayUrl())
    expect([status, JSON.parse(body).code, Number(retryAfter) > 0]).toEqual([503, 'unavailable', true])
  })

  test('pass the limits of their address before anything else', async () => {
    const strict = await rig.startGateway({ KEZ_RELAY_VISITS_PER_MINUTE: '1' })
    expect((await refusal(relayUrl(strict.baseUrl))).status).toBe(503)
    expect((await refusal(relayUrl(strict.baseUrl))).status).toBe(429)
    const plain = await fetch(`${strict.baseUrl}/relay`)
    await expectProblem(plain, 'rate_limited')
  })
})

/** The other end of sessions, in the hand of a test. */
const holdOtherEnd = ({ answer = true } = {}) => {
  const replica = 'testreplica1'
  const ends = new Map<string, { end: TunnelEnd; heard: string[]; raw(frame: RelayFrame): void }>()
  const opened: OpenRelaySession[] = []
  const unanswered: (() => void)[] = []
  const alive = setInterval(() => nc.publish(relaySubject.alive('bridge', replica)), 1_000)
  const open = nc.subscribe(relaySubject.open, {
    callback: (_, message) => {
      const command = OpenRelaySession.parse(message.json())
      const down = relaySubject.down(command.gateway, command.session)
      const heard: string[] = []
      const end = createTunnelEnd({
        publish: (frame) => nc.publish(down, frame),
        onText: (text) => heard.push(new TextDecoder().decode(text)),
        onClosed: () => undefined,
      })
      opened.push(command)
      ends.set(command.session, { end, heard, raw: (frame) => nc.publish(down, encodeRelayFrame(frame)) })
      const respond = (): void => void message.respond(JSON.stringify({ ok: true, result: { replica } }))
      if (answer) respond()
      else unanswered.push(respond)
    },
  })
  const up = nc.subscribe(relaySubject.up(replica, '*'), {
    callback: (_, message) => ends.get(message.subject.split('.').at(-1) ?? '')?.end.receive(message.data),
  })
  return {
    replica,
    opened,
    /** Answers what was held back. */
    answer: () => {
      for (const respond of unanswered.splice(0)) respond()
    },
    last: () => {
      const last = [...ends.values()].at(-1)
      if (!last) throw new Error('no session was opened')
      return last
    },
    /** Takes part in a session that the gateway never opened. */
    adopt: (id: string, end: TunnelEnd) => ends.set(id, { end, heard: [], raw: () => undefined }),
    silence: () => clearInterval(alive),
    stop: () => {
      clearInterval(alive)
      open.unsubscribe()
      up.unsubscribe()
    },
  }
}

describe('a session', () => {
  let other: ReturnType<typeof holdOtherEnd>
  const sockets: WebSocket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.terminate()
    other.stop()
  })

  const openSession = async () => {
    other = holdOtherEnd()
    await nc.flush()
    const socket = new WebSocket(relayUrl(), { perMessageDeflate: false, headers: { host: 'evil.example' } })
    sockets.push(socket)
    const texts: string[] = []
    let code: number | undefined
    socket.on('message', (data) => texts.push(String(data)))
    socket.on('close', (closed) => {
      code = closed
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return { socket, texts, code: () => code, ...other.last() }
  }

  test('carries texts both ways, in order and unchanged', async () => {
    const { socket, texts, end, heard } = await openSession()
    const said = Array.from({ length: 200 }, (_, i) => `${i} ä ${'x'.repeat(i * 10)}`)
    for (const text of said) socket.send(text)
    for (const text of said) end.send(new TextEncoder().encode(text))
    for (const there of [texts, heard]) await expect.poll(() => there.length).toBe(said.length)
    expect(texts.join('\n') === said.join('\n')).toBe(true)
    expect(heard.join('\n') === said.join('\n')).toBe(true)
  })

  test("tells the relay its own URL, not the client's word for it, and no address", async () => {
    await openSession()
    expect(other.opened.at(-1)).toMatchObject({ url: `ws://localhost:${gateway.app.port}/relay` })
    expect(JSON.stringify(other.opened)).not.toContain('127.0.0.1')
  })

  test('ends when a frame was lost on the way', async () => {
    const { raw, code } = await openSession()
    raw({ type: 'text', texts: 2, text: new TextEncoder().encode('the second') })
    await expect.poll(code).toBe(1013)
  })

  test('ends when the replica behind it falls silent', async () => {
    const { code } = await openSession()
    other.silence()
    await expect.poll(code, { timeout: 30_000 }).toBe(1012)
  })

  test('ends for the relay when the client goes', async () => {
    const { socket, end } = await openSession()
    socket.terminate()
    await expect.poll(() => end.closed).toBe(true)
  })

  test.each([
    ['whose handshake is broken', 'Sec-WebSocket-Key: short', false],
    ['that has hung up before it was answered', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', true],
  ])('ends for the relay with a client %s', async (_, key, hangsUp) => {
    other = holdOtherEnd({ answer: false })
    await nc.flush()
    const { hostname, port } = new URL(gateway.baseUrl)
    const head = `GET /relay HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n${key}\r\n\r\n`
    const client = connect({ host: hostname, port: Number(port), allowHalfOpen: true }).on('error', () => undefined)
    client.write(head)
    if (hangsUp) client.end()
    await expect.poll(() => other.opened.length).toBe(1)
    // Whatever the client sent is at the gateway by now, and more than that.
    await fetch(`${gateway.baseUrl}/relay`)
    other.answer()
    await expect.poll(() => other.last().end.closed).toBe(true)
    client.destroy()
  })

  test('ends for the relay when it came to nothing while the relay answered', async () => {
    other = holdOtherEnd({ answer: false })
    await nc.flush()
    const socket = new WebSocket(relayUrl())
    sockets.push(socket)
    const closed = new Promise((resolve) => socket.once('close', resolve).once('error', resolve))
    await expect.poll(() => other.opened.length).toBe(1)
    const { raw, end } = other.last()
    raw({ type: 'text', texts: 2, text: new TextEncoder().encode('the second') })
    await nc.flush()
    other.answer()
    expect(await closed).toBe(1013)
    await expect.poll(() => end.closed).toBe(true)
  })

  test('that only the relay knows of is ended at its next frame', async () => {
    await openSession()
    const lost = 'ab'.repeat(12)
    const end = createTunnelEnd({
      publish: (frame) =>
        nc.publish(relaySubject.down(other.opened[0]?.gateway ?? '', lost), frame, {
          reply: relaySubject.up(other.replica, lost),
        }),
      onText: () => undefined,
      onClosed: () => undefined,
    })
    other.adopt(lost, end)
    end.beat()
    await expect.poll(() => end.closed).toBe(true)
  })

  test('is not read any further while the relay has enough to do', async () => {
    const { socket, end, heard } = await openSession()
    const text = 'x'.repeat(100_000)
    for (let i = 0; i < 400; i++) socket.send(text)
    await expect.poll(() => heard.length).toBeGreaterThan(2)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(heard.length).toBeLessThan(10)
    expect(socket.bufferedAmount).toBeGreaterThan(10_000_000)
    const dealWith = setInterval(() => {
      for (const done of heard.splice(0)) end.confirm(done.length)
    }, 5)
    await expect.poll(() => socket.bufferedAmount).toBe(0)
    clearInterval(dealWith)
  })

  test('says by a close frame when the gateway stops', async () => {
    const leaving = await rig.startGateway()
    other = holdOtherEnd()
    await nc.flush()
    const socket = new WebSocket(relayUrl(leaving.baseUrl))
    sockets.push(socket)
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await leaving.app.stop()
    expect(await closed).toBe(1012)
  })
})
