import { signingKeyFromSeed } from '@kez-chat/identity'
import { transportKeyFromSeed } from '@kez-chat/messaging'
import { createMessageEvent } from '@kez-chat/messaging/nostr'
import { createLog, createTokenBuckets } from '@kez-chat/runtime'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { converse } from './conversation.ts'
import { createHomeRelayMetrics } from './metrics.ts'

const { primary } = signingKeyFromSeed(new Uint8Array(32).fill(7))
const envelope = { v: 2, eph: '0'.repeat(64), nonce: '0'.repeat(24), ct: 'x' }
const event = createMessageEvent({ envelope, to: primary, at: Date.now() }, transportKeyFromSeed(new Uint8Array(32)))
const text = new TextEncoder().encode(JSON.stringify(['EVENT', event]))

/** Sends the same event 250 times; how the client was closed, if it was. */
const send250 = async (message: string, perMinute = 1_000): Promise<number | undefined> => {
  let code: number | undefined
  let done = 0
  const buckets = () => createTokenBuckets({ capacity: perMinute, perSecond: 0 })
  const client = {
    source: 'a',
    url: 'wss://example.org/relay',
    send: () => undefined,
    room: async () => true,
    done: () => {
      done += 1
    },
    close: (closed: number) => {
      code ??= closed
    },
    closed: false,
  }
  const handler = converse(client, {
    people: { byAddress: () => undefined, byTransportKey: () => undefined, catchUp: async () => undefined },
    pool: {
      verify: async () => true,
      full: false,
      room: async () => undefined,
      waiting: 0,
      cpuSeconds: 0,
      stop: async () => undefined,
    },
    accept: async () => ({ taken: false, message }),
    history: {
      look: async () => ({ found: [], mailThrough: 0, listSeqs: new Set<number>() }),
      eventOf: async () => undefined,
      forget: () => undefined,
    },
    live: { listen: () => () => undefined, stop: () => undefined },
    events: buckets(),
    questions: buckets(),
    metrics: createHomeRelayMetrics(new Registry(), () => 1),
    log: createLog('test', 'silent'),
  })
  for (let i = 0; i < 250; i++) handler.onText(text)
  await expect.poll(() => done).toBe(250)
  return code
}

test.each([
  'rate-limited: this mailbox takes no more messages for now',
  'rate-limited: too much at once; try again',
  'blocked: not addressed to anybody who is registered here',
  'error: messages cannot be stored right now; try again',
])('who is told "%s" again and again stays', async (message) => {
  expect(await send250(message)).toBeUndefined()
})

test('who goes on sending what is wrong is sent away', async () => {
  expect(await send250('invalid: id or signature is wrong')).toBe(1008)
})

test('who goes on beyond the own limit is sent away', async () => {
  expect(await send250('error: try again', 5)).toBe(1008)
})
