import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type NatsExporterCounterpart,
  type NatsNode,
  type NatsNodePlace,
  startNatsExporterCounterpart,
  startNatsNodes,
  untilHealthy,
} from '@kez-chat/testkit'

export type ThreeNodes = {
  readonly nodes: readonly NatsNode[]
  /** Of each node, in the same order. */
  readonly exporters: readonly NatsExporterCounterpart[]
  readonly urls: string[]
  readonly kill: (index: number) => Promise<void>
  readonly start: (index: number) => Promise<void>
  /** Ends each and starts it with another limit of its store, one after the other. */
  readonly widen: (maxFileStore: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Three bare nats-servers as one cluster, without accounts: for what the figures of NATS say, whoever uses it. */
export const startThreeNodes = async (firstMaxFileStore: string): Promise<ThreeNodes> => {
  const place = mkdtempSync(join(tmpdir(), 'kez-three-nodes-'))
  let maxFileStore = firstMaxFileStore
  const configure = ({ name, storeDir, ports, route, routes }: NatsNodePlace): string => `
server_name: ${name}
listen: "127.0.0.1:${ports.client}"
http: "127.0.0.1:${ports.monitor}"
max_pending: 1MB
jetstream {
  store_dir: ${JSON.stringify(storeDir)}
  max_file_store: ${maxFileStore}
}
cluster {
  name: nats
  listen: "127.0.0.1:${route}"
  no_advertise: true
  routes: [${routes.map((url) => `"${url}"`).join(', ')}]
}
`
  const nodes = await startNatsNodes(place, 3, configure)
  const exporters = await Promise.all(nodes.map(({ monitorUrl }) => startNatsExporterCounterpart(monitorUrl)))
  const kill = async (index: number): Promise<void> => nodes[index]?.kill('SIGKILL')
  const start = async (index: number): Promise<void> => {
    const node = nodes[index]
    if (!node) return
    await node.start()
    await untilHealthy([node])
  }
  return {
    nodes,
    exporters,
    urls: nodes.map(({ url }) => url),
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
      for (const node of nodes) await node.stop()
      for (const exporter of exporters) await exporter.stop()
      rmSync(place, { recursive: true, force: true })
    },
  }
}
