import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort } from '@kez-chat/testkit'
import { type BenchServer, type Person, startBenchServer } from '../frame/server.ts'
import { type Feeder, startFeeder } from './feeder.ts'

const main = join(import.meta.dirname, '..', '..', '..', 'services', 'relay-bridge', 'src', 'main.ts')

/** A whole server with a relay bridge in a process of its own, which listens on one relay. */
export type BenchBridge = {
  server: BenchServer
  relay: Feeder
  people: Person[]
  /** Events that are in inboxes, and CPU seconds of the verifying threads, both since the start. */
  figures(): Promise<{ accepted: number; cpuSeconds: number }>
  stop(): Promise<void>
}

const figureIn = (metrics: string, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(metrics)?.[1] ?? 0)

export const startBenchBridge = async (count: number): Promise<BenchBridge> => {
  const server = await startBenchServer()
  const relay = await startFeeder()
  const people = await Promise.all(Array.from({ length: count }, (_, i) => server.register(`person${i}`)))
  const port = await freePort()
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH ?? '',
      NATS_URL: server.nats.url,
      KEZ_RELAY_BRIDGE_NATS_SEED_FILE: server.nats.seedFiles['relay-bridge'],
      KEZ_RELAY_KEY_FILE: join(server.nats.dir, 'relay-bridge.key'),
      KEZ_RELAYS: relay.url,
      KEZ_INTERNAL_BIND: `127.0.0.1:${port}`,
      KEZ_LOG_LEVEL: 'warn',
      KEZ_MAILBOX_HOURLY_MESSAGES: '100000000',
      KEZ_MAILBOX_HOURLY_BYTES: '100000000000',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  for (const started = Date.now(); relay.listeners === 0; ) {
    if (Date.now() - started > 60_000) throw new Error('the bridge does not listen after 60 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    server,
    relay,
    people,
    figures: async () => {
      // A connection of its own: a kept one ends unnoticed while this process signs thousands of events.
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } })
      const metrics = await answer.text()
      return {
        accepted: figureIn(metrics, 'kez_relay_bridge_events_accepted_total'),
        cpuSeconds: figureIn(metrics, 'kez_relay_bridge_verify_cpu_seconds'),
      }
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      relay.stop()
      await server.stop()
    },
  }
}
