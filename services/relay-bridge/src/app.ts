import { bucketName, PrimaryHex } from '@kez-chat/contracts'
import { openJetStream } from '@kez-chat/eventlog'
import { createAdmission, createUsage } from '@kez-chat/eventlog/mailbox'
import { type BucketWatch, watchBucket } from '@kez-chat/eventlog/messages'
import {
  type App,
  connectNats,
  createLog,
  createTokenBuckets,
  type Log,
  type NatsConnection,
  readSeedFile,
} from '@kez-chat/runtime'
import { Gauge, Registry } from 'prom-client'
import { createAddressTable } from './addresses/address-table.ts'
import type { RelayBridgeConfig, RelayBridgeSecrets } from './config.ts'
import { type HomeRelay, startHomeRelay } from './home-relay/home-relay.ts'
import { createTransportKeys } from './home-relay/transport-keys.ts'
import { createDeliver } from './inbox/deliver.ts'
import { createVerifyPool, type VerifyPool } from './verify/pool.ts'

/** The relay bridge. It knows for whom it would listen; connecting to relays is not part of this version. */
export const createApp = (
  config: RelayBridgeConfig,
  _secrets: RelayBridgeSecrets,
  overrides: { log?: Log } = {},
): App => {
  const log = overrides.log ?? createLog('relay-bridge', config.logLevel)
  const metrics = new Registry()
  const addresses = createAddressTable()
  const transportKeys = createTransportKeys()
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
  let pool: VerifyPool | undefined
  let homeRelay: HomeRelay | undefined
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
      const jetstream = await openJetStream(nc)
      watch = watchBucket(jetstream, bucketName.directory, {
        onEntry: ({ key, value, seq }) => {
          transportKeys.put(key, value)
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
      const perHour = (capacity: number) => createTokenBuckets({ capacity, perSecond: capacity / 3600 })
      const admission = createAdmission({
        usage: createUsage({ jetstream, inboxStreams: config.inboxStreams, maxBytes: 256 * 1024 * 1024 }),
        hourlyMessages: perHour(6000),
        hourlyBytes: perHour(256 * 1024 * 1024),
        onBusy: () => undefined,
        onFull: () => undefined,
      })
      pool = createVerifyPool({ threads: 1 })
      const inboxOf = (address: string): PrimaryHex | undefined => {
        const primary = addresses.find(address)
        return primary === undefined ? undefined : PrimaryHex.parse(primary.slice('ed25519:'.length))
      }
      homeRelay = await startHomeRelay({
        jetstream,
        config,
        inboxOf,
        transportKeys,
        pool,
        deliver: createDeliver({ jetstream, admission, retryFor: 3_000, log }),
        metrics,
        log,
      })
    },
    stop: async () => {
      await homeRelay?.stop()
      await pool?.stop()
      await watch?.stop()
      await nc?.close()
    },
  }
}
