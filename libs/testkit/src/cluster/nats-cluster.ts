import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { natsKeys } from '@kez-chat/embedded'
import { ofEachNatsUser, renderNatsConfig } from '@kez-chat/nats-config'
import { accessOf, type TestNats } from '../nats.ts'
import { type NatsNode, type NatsNodePlace, startNatsNodes, untilHealthy } from './nats-nodes.ts'

export type NatsClusterOptions = {
  readonly inboxStreams: number
  /** 3, or 1 for a comparison. */
  readonly nodes?: number
  /** More lines of the configuration, of every node. */
  readonly more?: (place: NatsNodePlace) => string
}

export type NatsCluster = TestNats & { readonly nodes: readonly NatsNode[] }

/** Least that nats-server takes for its lame duck mode. */
const lameDuck = 'lame_duck_grace_period: "2s"\nlame_duck_duration: "30s"\n'

const clusterBlock = ({ route, routes }: NatsNodePlace): string => `
cluster {
  name: kez-test
  listen: "127.0.0.1:${route}"
  no_advertise: true
  routes: [
${routes.map((url) => `    ${url}`).join('\n')}
  ]
}
`

/**
 * Three nats-servers with the shipped configuration, on free ports of 127.0.0.1. As a whole it answers to what one server
 * does: `kill`, `restart` and `stop` concern all of them at once.
 */
export const startNatsCluster = async ({
  inboxStreams,
  nodes: count = 3,
  more = () => '',
}: NatsClusterOptions): Promise<NatsCluster> => {
  const dir = mkdtempSync(join(tmpdir(), 'kez-test-cluster-'))
  const keys = natsKeys(join(dir, 'keys'))
  const at = (port: number) => ({ host: '127.0.0.1', port })
  const configure = (place: NatsNodePlace): string => {
    const shipped = renderNatsConfig({
      serverName: place.name,
      listen: at(place.ports.client),
      websocket: at(place.ports.websocket),
      monitor: at(place.ports.monitor),
      storeDir: place.storeDir,
      users: ofEachNatsUser((user) => keys.users[user].accepted),
      callout: { issuer: keys.callout.issuer.publicKey, xkey: keys.callout.xkey.publicKey },
      inboxStreams,
    })
    return shipped + lameDuck + (count > 1 ? clusterBlock(place) : '') + more(place)
  }
  const nodes = await startNatsNodes(dir, count, configure)
  const [first] = nodes
  if (!first) throw new Error('a cluster has nodes')
  return {
    nodes,
    dir,
    url: nodes.map(({ url }) => url).join(','),
    websocketUrl: first.websocketUrl,
    monitorUrl: first.monitorUrl,
    ...accessOf(keys),
    pid: first.pid,
    kill: async (signal) => {
      await Promise.all(nodes.map((node) => node.kill(signal)))
    },
    restart: async () => {
      await Promise.all(nodes.map((node) => node.stop()))
      await Promise.all(nodes.map((node) => node.start()))
      await untilHealthy(nodes)
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
