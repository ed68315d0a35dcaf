import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findNatsServer, noRestart, portTaker, type Supervised, startNatsServer } from '@kez-chat/embedded'

/** What the configuration of one node is made from. */
export type NatsNodePlace = {
  readonly name: string
  /** The node's own folder; its configuration lies in `nats-config` there, from which it may include. */
  readonly dir: string
  readonly storeDir: string
  readonly ports: { readonly client: number; readonly websocket: number; readonly monitor: number }
  readonly route: number
  /** Of every node, this one included. */
  readonly routes: readonly string[]
}

/** One nats-server of several. */
export type NatsNode = {
  readonly name: string
  /** Where it stores its streams. */
  readonly storeDir: string
  readonly url: string
  readonly websocketUrl: string
  readonly monitorUrl: string
  readonly pid: () => number
  /** Sends a signal and waits for the end. */
  readonly kill: (signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM' | 'SIGUSR2') => Promise<void>
  /** Starts it again on the same ports and store, configured anew; resolves when clients are greeted, perhaps long before it has caught up. */
  readonly start: () => Promise<void>
  /** Freezes it with all its connections open, and lets it go on. */
  readonly pause: () => void
  readonly resume: () => void
  /** Deletes what it has stored; only while it does not run. */
  readonly empty: () => void
  /** Whether it says that its streams are all there and caught up (`/healthz`). */
  readonly isHealthy: () => Promise<boolean>
  readonly log: () => string
  readonly stop: () => Promise<void>
}

const healthyWithin = 90_000

const asksHealth = async (monitorUrl: string): Promise<boolean> => {
  try {
    return (await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

/** Waits until every one of them has caught up. */
export const untilHealthy = async (nodes: readonly NatsNode[], within = healthyWithin): Promise<void> => {
  const deadline = Date.now() + within
  for (const node of nodes) {
    while (!(await node.isHealthy())) {
      if (Date.now() > deadline) throw new Error(`${node.name} did not catch up:\n${node.log().slice(-4_000)}`)
      await sleep(100)
    }
  }
}

const startNode = async (
  place: NatsNodePlace,
  binary: string,
  configure: (place: NatsNodePlace) => string,
): Promise<NatsNode> => {
  const { name, dir, storeDir, ports } = place
  const configFile = join(dir, 'nats-config', 'nats.conf')
  const logFile = join(dir, 'nats.log')
  mkdirSync(join(dir, 'nats-config'), { recursive: true })
  const writeConfig = (): void => writeFileSync(configFile, configure(place), { mode: 0o600 })
  writeConfig()
  const options = { binary, configFile, logFile, port: ports.client, restart: noRestart, report: () => {} }
  const server: Supervised = await startNatsServer(options)
  const monitorUrl = `http://127.0.0.1:${ports.monitor}`
  return {
    name,
    storeDir,
    url: `nats://127.0.0.1:${ports.client}`,
    websocketUrl: `ws://127.0.0.1:${ports.websocket}`,
    monitorUrl,
    pid: () => server.child().ref.pid,
    kill: async (signal) => {
      const child = server.child()
      child.kill(signal)
      // What is frozen hears of nothing else.
      if (signal === 'SIGKILL') child.kill('SIGCONT')
      await child.exited
    },
    start: async () => {
      writeConfig()
      await server.restart()
    },
    pause: () => server.child().kill('SIGSTOP'),
    resume: () => server.child().kill('SIGCONT'),
    empty: () => rmSync(storeDir, { recursive: true, force: true }),
    isHealthy: () => asksHealth(monitorUrl),
    log: () => readFileSync(logFile, 'utf8'),
    stop: async () => {
      server.child().kill('SIGCONT')
      await server.stop()
    },
  }
}

/**
 * Real nats-servers that know each other, on free ports of 127.0.0.1, each with a folder of its own in `dir`; `configure`
 * writes the configuration of each. Resolves when all are healthy.
 */
export const startNatsNodes = async (
  dir: string,
  count: number,
  configure: (place: NatsNodePlace) => string,
): Promise<NatsNode[]> => {
  const { path: binary } = await findNatsServer()
  const next = portTaker()
  const places: Omit<NatsNodePlace, 'routes'>[] = []
  for (let index = 0; index < count; index++) {
    const own = join(dir, `nats-${index}`)
    const ports = { client: await next(), websocket: await next(), monitor: await next() }
    places.push({ name: `nats-${index}`, dir: own, storeDir: join(own, 'data'), ports, route: await next() })
  }
  const routes = places.map(({ route }) => `nats://127.0.0.1:${route}`)
  const started = await Promise.allSettled(places.map((place) => startNode({ ...place, routes }, binary, configure)))
  const nodes = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  try {
    for (const result of started) if (result.status === 'rejected') throw result.reason
    await untilHealthy(nodes)
  } catch (error) {
    await Promise.all(nodes.map((node) => node.stop()))
    throw error
  }
  return nodes
}
