import { relayCursorsBucket, relayLeasesBucket, relayStatesBucket, streamName } from '@kez-chat/contracts'
import { ensureBucket, type JetStream, openJetStream, whenJetStreamIsReady } from '@kez-chat/eventlog'
import { type App, connectNats, createLog, createServiceMetrics, type Log, readSeedFile } from '@kez-chat/runtime'
import packageJson from '../package.json' with { type: 'json' }
import { type Bridge, createBridge } from './bridge.ts'
import type { RelayBridgeConfig, RelayBridgeSecrets } from './config.ts'
import { ensureRelayStreams } from './home-relay/streams.ts'
import { loadRelayKey } from './key/key-file.ts'
import { leaseTimes } from './leases/lease.ts'
import { createMetrics } from './metrics.ts'
import { type FlowLimits, flowLimits } from './relays/flow.ts'
import type { ListenerTimes } from './relays/listener.ts'
import { relayPauses, rereadPauses } from './relays/pauses.ts'

const name = 'relay-bridge'

const listenerTimes: ListenerTimes = {
  lease: leaseTimes,
  pauses: relayPauses,
  reread: rereadPauses,
  pingEvery: 20_000,
  moveCursorEvery: 5_000,
}

export type Overrides = {
  readonly log?: Log
  readonly times?: Partial<ListenerTimes>
  readonly flow?: Partial<FlowLimits>
}

/** The relay bridge: listens on relays for registered people and puts what comes into their inboxes. */
export const createApp = (config: RelayBridgeConfig, _secrets: RelayBridgeSecrets, overrides: Overrides = {}): App => {
  const log = overrides.log ?? createLog('relay-bridge', config.logLevel)
  const metrics = createMetrics()
  const shared = createServiceMetrics(metrics.registry, { service: name, version: packageJson.version })
  let jetstream: JetStream | undefined
  let bridge: Bridge | undefined
  let stopped: Promise<void> | undefined

  const ensureStreams = async ({ jsm }: JetStream): Promise<void> => {
    const replicas = config.streamReplicas === 3 ? 3 : 1
    const scale = { replicas, inboxStreams: config.inboxStreams } as const
    await ensureRelayStreams(jsm, config, scale)
    shared.streamLimit(streamName.relayMail, config.relayMailBytes)
    shared.streamLimit(streamName.relayLists, config.relayListBytes)
    for (const spec of [relayLeasesBucket, relayCursorsBucket, relayStatesBucket]) await ensureBucket(jsm, spec(scale))
  }

  const stop = async (): Promise<void> => {
    await bridge?.stop()
    if (jetstream && !jetstream.nc.isClosed()) await jetstream.nc.close()
  }

  return {
    name,
    metrics: metrics.registry,
    notReady: () => {
      if (!jetstream?.isConnected()) return { nats: 'not connected' }
      return bridge?.directorySynced ? {} : { directory: 'not read yet' }
    },
    start: async () => {
      const key = await loadRelayKey(config.relayKeyFile)
      const seed = await readSeedFile(config.natsSeedFile)
      const { natsUrl: url, natsCaFile: caFile } = config
      const nc = await connectNats({ name, url, seed, caFile, observer: shared.nats(name) }, log)
      jetstream = await openJetStream(nc)
      const opened = jetstream
      await whenJetStreamIsReady(() => ensureStreams(opened), log)
      bridge = createBridge({
        config,
        jetstream,
        key,
        metrics,
        log,
        times: { ...listenerTimes, ...overrides.times },
        flow: { ...flowLimits, ...overrides.flow },
      })
    },
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}
