import { join } from 'node:path'
import { ofEachNatsUser, renderNatsConfig } from '@kez-chat/nats-config'
import { privateFolder, writePrivateFile } from '../files.ts'
import { withPorts } from '../ports.ts'
import type { RestartPolicy, Supervised, SupervisionEvent } from '../process/supervise.ts'
import { type NatsKeys, natsKeys } from './keys.ts'
import { startNatsServer } from './server.ts'

export type EmbeddedNatsOptions = {
  /** The data folder: keys in `keys/`, the store in `nats/`, the log in `logs/`. */
  readonly folder: string
  readonly binary: string
  readonly inboxStreams: number
  /** Ports to take if they are free; without them any. */
  readonly ports?: { readonly client: number; readonly websocket: number; readonly monitor: number }
  readonly restart: RestartPolicy
  readonly report: (event: SupervisionEvent) => void
  /** Changes the rendered configuration, for tests of other limits. */
  readonly adjustConfig?: (config: string) => string
}

export type EmbeddedNats = Supervised & {
  readonly url: string
  readonly websocketUrl: string
  readonly monitorUrl: string
  readonly keys: NatsKeys
  readonly ports: { readonly client: number; readonly websocket: number; readonly monitor: number }
}

/**
 * Starts the product's NATS on 127.0.0.1 with the shipped configuration and the services' own keys.
 * @throws EmbeddedError `child_failed` or `port_in_use`.
 */
export const startEmbeddedNats = async (options: EmbeddedNatsOptions): Promise<EmbeddedNats> => {
  const { folder, binary, inboxStreams, restart, report, adjustConfig = (config) => config } = options
  const keys = natsKeys(join(folder, 'keys'))
  const store = privateFolder(join(folder, 'nats'))
  const logs = privateFolder(join(folder, 'logs'))
  const configFile = join(store, 'nats.conf')
  const preferred = options.ports ?? { client: undefined, websocket: undefined, monitor: undefined }

  return withPorts(preferred, async (ports) => {
    const at = (port: number) => ({ host: '127.0.0.1', port })
    const config = renderNatsConfig({
      serverName: 'kez-chat',
      listen: at(ports.client),
      websocket: at(ports.websocket),
      monitor: at(ports.monitor),
      storeDir: store,
      users: ofEachNatsUser((user) => keys.users[user].accepted),
      callout: { issuer: keys.callout.issuer.publicKey, xkey: keys.callout.xkey.publicKey },
      inboxStreams,
    })
    writePrivateFile(configFile, adjustConfig(config))
    const logFile = join(logs, 'nats.log')
    const server = await startNatsServer({ binary, configFile, logFile, port: ports.client, restart, report })
    return {
      ...server,
      keys,
      ports,
      url: `nats://127.0.0.1:${ports.client}`,
      websocketUrl: `ws://127.0.0.1:${ports.websocket}`,
      monitorUrl: `http://127.0.0.1:${ports.monitor}`,
    }
  })
}
