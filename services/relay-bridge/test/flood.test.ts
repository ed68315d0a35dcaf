import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRelayCounterpart } from '@kez-chat/testkit'
import { expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { newMessage, startRig } from './rig.ts'

/** Sends messages as fast as the other end takes them, for ever. */
const startFlood = async (next: (subscription: unknown) => string) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  let sent = 0
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const [type, id] = JSON.parse(data.toString()) as unknown[]
      if (type !== 'REQ') return
      const pump = (): void => {
        if (socket.readyState !== socket.OPEN) return
        for (let i = 0; i < 500 && socket.bufferedAmount < 1 << 20; i++) {
          const message = next(id)
          sent += message.length
          socket.send(message)
        }
        setTimeout(pump, 2)
      }
      pump()
    })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `ws://127.0.0.1:${port}`,
    sent: () => sent,
    stop: () => {
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}

const megabytesOf = (child: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024

it('floods of chatter, of strangers and of forgeries cost bounded memory, and messages of an honest relay still arrive', async () => {
  const rig = await startRig()
  const alice = await rig.newPerson()
  const honest = await startRelayCounterpart()
  const { event } = await newMessage(alice)
  const hex = (n: number): string => n.toString(16).padStart(64, '0')
  let n = 0
  const floods = await Promise.all([
    startFlood(() => JSON.stringify(['NOTICE', 'x'.repeat(30_000)])),
    startFlood((id) => JSON.stringify(['EVENT', id, { ...event, id: hex(++n), tags: [['q', hex(n)]] }])),
    startFlood((id) => JSON.stringify(['EVENT', id, { ...event, id: hex(++n) }])),
  ])
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'src', 'main.ts')], {
    env: {
      PATH: process.env.PATH,
      NATS_URL: rig.nats.url,
      KEZ_RELAY_BRIDGE_NATS_SEED_FILE: rig.nats.seedFiles['relay-bridge'],
      KEZ_RELAY_KEY_FILE: join(rig.nats.dir, 'relay-bridge.key'),
      // One feed, so that strangers' events are not refused for being unasked.
      KEZ_RELAY_FEED_FROM: '0',
      KEZ_RELAYS: [honest, ...floods].map(({ url }) => url).join(','),
      KEZ_INTERNAL_BIND: '127.0.0.1:0',
      KEZ_LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  try {
    await expect.poll(() => floods.every(({ sent }) => sent() > 0), { timeout: 60_000 }).toBe(true)
    let most = 0
    for (let message = 1; message <= 5; message++) {
      const { event: fresh } = await newMessage(alice)
      await honest.publish(fresh as Parameters<typeof honest.publish>[0])
      await expect.poll(async () => (await rig.inboxOf(alice)).length, { timeout: 30_000 }).toBe(message)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      most = Math.max(most, megabytesOf(child))
    }
    expect(most).toBeLessThan(400)
  } finally {
    child.kill('SIGKILL')
    for (const flood of floods) flood.stop()
    await honest.stop()
    await rig.stop()
  }
}, 180_000)
