import { createServer, type Server, type Socket } from 'node:net'
import {
  inboxAuthText,
  mutationAuthText,
  parseHandle,
  randomBytes,
  signingKeyFromSeed,
  streamAuthText,
  verifyNatsToken,
  verifyRequest,
} from '@kez-chat/identity'
import { connect } from '@nats-io/transport-node'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createNatsLogin, openNatsClient } from '../src/nats/index.ts'

const server = 'chat.example.org'
const signer = signingKeyFromSeed(randomBytes(32))
let broker: Server | undefined
afterEach(() => broker?.close())

/** A broker that somebody else runs: it chooses its nonce as it likes and keeps what it is sent. */
const startBroker = async (nonce: string): Promise<{ url: string; received: () => string }> => {
  let received = ''
  const listener = (socket: Socket): void => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      received += String(chunk)
    })
    const info = {
      server_id: 'X',
      version: '2.15.1',
      proto: 1,
      headers: true,
      max_payload: 1_000_000,
      auth_required: true,
    }
    socket.write(`INFO ${JSON.stringify({ ...info, nonce })}\r\n`)
  }
  broker = createServer(listener)
  await new Promise<void>((resolve) => broker?.listen(0, '127.0.0.1', resolve))
  const address = broker.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `nats://127.0.0.1:${port}`, received: () => received }
}

const attempt = (url: string): Promise<string> =>
  openNatsClient({ connect, servers: url, server, signer, connection: { reconnect: false, timeout: 1_500 } }).then(
    () => 'in',
    (error: unknown) => String(error),
  )

test.each([
  ['a read of the inbox', 'GET\n/v1/inbox/alice\nsince=0\n1770000000'],
  ['a live stream', 'GET\n/v1/inbox/alice/stream\n1770000000'],
  ['a change', `kez-auth-v1\n${server}\nDELETE\n/v1/inbox/alice?through=9\nsha256=${'0'.repeat(64)}\n1770000000`],
  ['a message', '{"inner":{"v":2},"sig":""}'],
])('a broker whose nonce is %s gets nothing signed', async (_, nonce) => {
  const { url, received } = await startBroker(nonce)
  expect(await attempt(url)).not.toBe('in')
  expect(received()).not.toMatch(/sig|auth_token/)
})

const Connect = z.object({ nkey: z.string(), sig: z.string(), auth_token: z.string(), name: z.string().optional() })

test('what a broker does get is good for that broker, that nonce and that nkey alone', async () => {
  const nonce = 'YgeP11ny0UHcH3U'
  const { url, received } = await startBroker(nonce)
  await attempt(url)
  const sent = Connect.parse(JSON.parse(/CONNECT (\{.*\})/.exec(received())?.[1] ?? '{}'))
  expect(verifyNatsToken(sent.auth_token, { server, nkey: sent.nkey, nonce }, Date.now())).toBe(signer.primary)
  const signature = z
    .object({ sig: z.string(), ts: z.int() })
    .parse(JSON.parse(Buffer.from(sent.auth_token, 'base64url').toString()))
  const auth = `${signature.ts}:${signature.sig}`
  const alice = parseHandle('alice')
  for (const text of [
    inboxAuthText(alice, 0),
    streamAuthText(alice),
    mutationAuthText({ server, method: 'DELETE', path: '/v1/inbox/alice?through=9' }, new Uint8Array()),
  ])
    expect(() => verifyRequest(text, auth, signer.primary, Date.now())).toThrow(/signature/)
})

test('each login has an nkey and a reply prefix of its own, which tell nothing of one another', () => {
  const logins = Array.from({ length: 5 }, () => createNatsLogin(server, signer))
  expect(new Set(logins.map(({ inboxPrefix }) => inboxPrefix)).size).toBe(5)
  for (const { inboxPrefix, primary } of logins)
    expect(inboxPrefix).toMatch(new RegExp(`^_INBOX_${primary}_[0-9a-f]{32}$`))
})
