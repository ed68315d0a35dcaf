import {
  bucketName,
  inboxReadsBucket,
  inboxStream,
  inboxStreamName,
  streamName,
  usedSignaturesBucket,
} from '@kez-chat/contracts'
import { waitForStreams } from '@kez-chat/directory'
import { ensureBucket, ensureStream, type JetStream, openJetStream, whenJetStreamIsReady } from '@kez-chat/eventlog'
import {
  type App,
  connectNats,
  createLog,
  createServiceMetrics,
  type Log,
  type NotReady,
  readSeedFile,
} from '@kez-chat/runtime'
import packageJson from '../package.json' with { type: 'json' }
import type { GatewayConfig, GatewaySecrets } from './config.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { createMetrics } from './metrics.ts'

export type Overrides = { log?: Log }

export type GatewayApp = App & {
  /** The port that is listened on, once started; differs from the setting when that is 0. */
  readonly port: number
  /** Every route that is really registered, as `METHOD /pattern`; empty before the start. */
  readonly routes: ReadonlySet<string>
}

/** Nothing is opened before `start`. */
export const createApp = (config: GatewayConfig, _secrets: GatewaySecrets, overrides: Overrides = {}): GatewayApp => {
  const log = overrides.log ?? createLog('gateway', config.logLevel)
  const metrics = createMetrics()
  const { version } = packageJson
  const shared = createServiceMetrics(metrics.registry, { service: 'gateway', version })
  let jetstream: JetStream | undefined
  let gateway: Gateway | undefined
  let stopped: Promise<void> | undefined

  const notReady = (): NotReady => {
    if (!gateway) return { start: 'not started' }
    if (stopped) return { gateway: 'stopping' }
    if (!jetstream?.isConnected()) return { nats: 'not connected' }
    return gateway.directorySynced ? {} : { directory: 'the copy is not complete yet' }
  }

  const prepareStreams = async ({ jsm }: JetStream): Promise<void> => {
    const replicas = config.streamReplicas === 3 ? 3 : 1
    const scale = { replicas, inboxStreams: config.inboxStreams } as const
    const limits = { maxBytes: config.inboxStreamBytes, duplicateWindowHours: config.duplicateWindowHours }
    // Above every sequence ever issued, without any memory of them.
    const firstSeq = Date.now() * 100
    for (let index = 0; index < config.inboxStreams; index++) {
      await ensureStream(jsm, inboxStream(index, scale, limits), { firstSeq })
      shared.streamLimit(inboxStreamName(index), config.inboxStreamBytes)
    }
    await ensureBucket(jsm, usedSignaturesBucket(scale))
    await ensureBucket(jsm, inboxReadsBucket(scale))
  }

  const stop = async (): Promise<void> => {
    await gateway?.stop()
    // Nothing is under way any more. A drain would wait for a server that is away.
    if (jetstream && !jetstream.nc.isClosed()) await jetstream.nc.close()
  }

  return {
    name: 'gateway',
    metrics: metrics.registry,
    notReady,
    get internalRoutes() {
      return gateway?.internalRoutes ?? []
    },
    get port() {
      return gateway?.port ?? config.bind.port
    },
    get routes() {
      return gateway?.routes ?? new Set()
    },
    start: async () => {
      const seed = await readSeedFile(config.natsSeedFile)
      const observer = shared.nats('gateway')
      const server = { url: config.natsUrl, caFile: config.natsCaFile }
      const nc = await connectNats({ name: 'gateway', seed, observer, ...server }, log)
      jetstream = await openJetStream(nc)
      const opened = jetstream
      await whenJetStreamIsReady(() => prepareStreams(opened), log)
      await waitForStreams(jetstream, [streamName.chains, `KV_${bucketName.directory}`], log)
      gateway = await createGateway({ config, version, jetstream, metrics, log, notReady })
      await gateway.listen()
      log.info({ host: config.bind.host, port: gateway.port, server: config.server }, 'the gateway is listening')
    },
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}
