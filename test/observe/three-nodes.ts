import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findNatsServer, freePort } from '@kez-chat/embedded'
import { type NatsExporterCounterpart, startNatsExporterCounterpart } from '@kez-chat/testkit'

export type Node = { readonly name: string; readonly client: number; readonly monitor: number }

export type ThreeNodes = {
  readonly nodes: readonly Node[]
  /** Of each node, in the same order. */
  readonly exporters: readonly NatsExporterCounterpart[]
  readonly urls: string[]
  readonly kill: (index: number) => Promise<void>
  readonly start: (index: number) => Promise<void>
  /** Ends each and starts it with another limit of its store, one after the other. */
  readonly widen: (maxFileStore: string) => Promise<void>
  readonly stop: () => Promise<void>
}

const healthyWithinMs = 60_000

const isHealthy = (monitor: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${monitor}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )

const untilHealthy = async ({ name, monitor }: Node): Promise<void> => {
  const deadline = Date.now() + healthyWithinMs
  while (!(await isHealthy(monitor))) {
    if (Date.now() > deadline) throw new Error(`${name} did not become healthy`)
    await sleep(100)
  }
}

/** Three bare nats-servers as one cluster, without accounts: for what the figures of NATS say, whoever uses it. */
export const startThreeNodes = async (firstMaxFileStore: string): Promise<ThreeNodes> => {
  const { path: binary } = await findNatsServer()
  const place = mkdtempSync(join(tmpdir(), 'kez-three-nodes-'))
  const taken = new Set<number>()
  const port = async (): Promise<number> => {
    const free = await freePort(undefined, '127.0.0.1', taken)
    taken.add(free)
    return free
  }
  const nodes: (Node & { route: number })[] = []
  for (const name of ['nats-0', 'nats-1', 'nats-2'])
    nodes.push({ name, client: await port(), monitor: await port(), route: await port() })
  const running = new Map<number, ChildProcess>()
  let maxFileStore = firstMaxFileStore

  const kill = async (index: number): Promise<void> => {
    const child = running.get(index)
    running.delete(index)
    if (!child || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  const launch = (index: number): void => {
    const node = nodes[index]
    if (!node) return
    const folder = join(place, node.name)
    mkdirSync(folder, { recursive: true })
    const config = `
server_name: ${node.name}
listen: "127.0.0.1:${node.client}"
http: "127.0.0.1:${node.monitor}"
max_pending: 1MB
jetstream {
  store_dir: ${JSON.stringify(folder)}
  max_file_store: ${maxFileStore}
}
cluster {
  name: nats
  listen: "127.0.0.1:${node.route}"
  no_advertise: true
  routes: [${nodes.map(({ route }) => `"nats://127.0.0.1:${route}"`).join(', ')}]
}
`
    writeFileSync(join(folder, 'nats.conf'), config)
    running.set(index, spawn(binary, ['-c', join(folder, 'nats.conf')], { stdio: 'ignore' }))
  }
  const start = async (index: number): Promise<void> => {
    launch(index)
    const node = nodes[index]
    if (node) await untilHealthy(node)
  }

  const endWithUs = (): void => {
    for (const child of running.values()) child.kill('SIGKILL')
  }
  process.once('exit', endWithUs)
  for (const index of nodes.keys()) launch(index)
  for (const node of nodes)
    await untilHealthy(node).catch((error: unknown) => {
      endWithUs()
      throw error
    })
  const exporters = await Promise.all(
    nodes.map(({ monitor }) => startNatsExporterCounterpart(`http://127.0.0.1:${monitor}`)),
  )
  return {
    nodes,
    exporters,
    urls: nodes.map(({ client }) => `127.0.0.1:${client}`),
    kill,
    start,
    widen: async (wider) => {
      maxFileStore = wider
      for (const index of nodes.keys()) {
        await kill(index)
        await start(index)
      }
    },
    stop: async () => {
      process.off('exit', endWithUs)
      for (const index of nodes.keys()) await kill(index)
      for (const exporter of exporters) await exporter.stop()
      rmSync(place, { recursive: true, force: true })
    },
  }
}
