import { bucketName } from '@kez-chat/contracts'
import { openJetStream } from '@kez-chat/eventlog'
import { type BucketWatch, watchBucket } from '@kez-chat/eventlog/messages'
import { type App, connectNats, createLog, type Log, type NatsConnection, readSeedFile } from '@kez-chat/runtime'
import { Gauge, Registry } from 'prom-client'
import { createAddressTable } from './addresses/address-table.ts'
import type { RelayBridgeConfig, RelayBridgeSecrets } from './config.ts'

/** The relay bridge. It knows for whom it would listen; connecting to relays is not part of this version. */
export const createApp = (
  config: RelayBridgeConfig,
  _secrets: RelayBridgeSecrets,
  overrides: { log?: Log } = {},
): App => {
  const log = overrides.log ?? createLog('relay-bridge', config.logLevel)
  const metrics = new Registry()
  const addresses = createAddressTable()
  new Gauge({
    name: 'kez_relay_bridge_addresses',
    help: 'Registered people whose relay address is known',
    registers: [metrics],
    collect() {
      this.set(addresses.size)
    },
  })
  let nc: NatsConnection | undefined
  let watch: BucketWatch | undefined
  let known: number | undefined
  return {
    name: 'relay-bridge',
    metrics,
    notReady: () => {
      if (!nc || nc.isClosed()) return { nats: 'not connected' }
      return watch?.synced ? {} : { directory: 'not read yet' }
    },
    start: async () => {
      const seed = await readSeedFile(config.natsSeedFile)
      nc = await connectNats({ name: 'relay-bridge', url: config.natsUrl, seed, caFile: config.natsCaFile }, log)
      watch = watchBucket(await openJetStream(nc), bucketName.directory, {
        onEntry: ({ key, value, seq }) => {
          if (!addresses.put(key, value)) log.error({ seq }, 'an entry of the directory cannot be read')
        },
        onSynced: () => {
          if (known === addresses.size) return
          if (known === undefined)
            log.info({ people: addresses.size }, 'the directory is read; no relays are configured')
          else log.debug({ people: addresses.size }, 'the directory has changed')
          known = addresses.size
        },
        onTrouble: (reason) => log.warn({ reason }, 'the directory is not readable, trying again'),
      })
    },
    stop: async () => {
      await watch?.stop()
      await nc?.close()
    },
  }
}
